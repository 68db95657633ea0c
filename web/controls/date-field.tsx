import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Calendar } from './calendar.tsx'
import { readDay, writeDay } from './day.ts'
import { FieldFrame } from './field-frame.tsx'
import { Icon } from './icon.tsx'
import { useTyped } from './use-typed.ts'

interface DateFieldProps {
  readonly label: string
  readonly hint?: string | undefined
  /** `2026-12-31`; empty without a day. */
  readonly value: string
  /** The first day that can be chosen. */
  readonly min?: string
  /** There is always a day. */
  readonly required?: boolean
  readonly disabled?: boolean
  readonly onPick: (day: string) => void
}

/** A day, typed or taken from a calendar, written alike in every browser. What is typed counts once the field is left, or with Enter. */
export function DateField({ label, hint, value, min, required = false, disabled = false, onPick }: DateFieldProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { input, problem, take } = useTyped({
    shown: writeDay(value),
    read: (text) => {
      const day = text.trim() === '' && !required ? '' : readDay(text)
      if (day === undefined) return { problem: 'Write a day: 31 Dec 2026.' }
      return day !== '' && min && day < min ? { problem: `The first day is ${writeDay(min)}.` } : { value: day }
    },
    onTake: (day) => {
      setIsOpen(false)
      if (day !== value) onPick(day)
    },
  })
  return (
    <FieldFrame label={label} hint={hint} error={problem}>
      {(control) => (
        <span className="date">
          <input
            {...control}
            {...input}
            className="field num"
            placeholder={required ? '31 Dec 2026' : 'No day'}
            disabled={disabled}
          />
          <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
            <Popover.Trigger className="btn q icon" aria-label={`Calendar, ${label}`} disabled={disabled}>
              <Icon name="calendar" />
            </Popover.Trigger>
            <Popover.Portal>
              <Popover.Content className="menu calendar" align="end" sideOffset={6} aria-label={label} onOpenAutoFocus={focusDay}>
                <Calendar value={readDay(value) ?? ''} min={min} onPick={take} />
                {value !== '' && !required && (
                  <button type="button" className="btn q" onClick={() => take('')}>
                    No day
                  </button>
                )}
              </Popover.Content>
            </Popover.Portal>
          </Popover.Root>
        </span>
      )}
    </FieldFrame>
  )
}

/** The calendar opens on its day, not on the arrow before it. */
function focusDay(event: Event): void {
  const day = event.target instanceof Element ? event.target.querySelector('[data-day][tabindex="0"]') : undefined
  if (!(day instanceof HTMLElement)) return
  event.preventDefault()
  day.focus()
}

import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { addDays, addMonths, monthOf, sayDay, today, weekdayOf, weeksOf } from './day.ts'
import { Icon } from './icon.tsx'

interface CalendarProps {
  /** The chosen day, empty without one. */
  readonly value: string
  /** The first that can be chosen. */
  readonly min?: string | undefined
  readonly onPick: (day: string) => void
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** A month to choose a day from. Arrow keys go by day and week, page keys by month, Home and End to the ends of a week. */
export function Calendar({ value, min = '', onPick }: CalendarProps) {
  const [at, setAt] = useState(value || today())
  const days = useRef<HTMLTableSectionElement>(null)
  const isByKey = useRef(false)
  useEffect(() => {
    if (isByKey.current) days.current?.querySelector<HTMLButtonElement>(`[data-day="${at}"]`)?.focus()
    isByKey.current = false
  }, [at])
  const goTo = (day: string) => setAt(day < min ? min : day)
  const onKeyDown = (event: KeyboardEvent) => {
    const day = dayFrom(at, event.key)
    if (day === undefined) return
    event.preventDefault()
    isByKey.current = true
    goTo(day)
  }
  return (
    <>
      <div className="row">
        <button type="button" className="btn q icon" aria-label="Month before" onClick={() => goTo(addMonths(at, -1))}>
          <Icon name="left" />
        </button>
        <b className="grow" aria-live="polite">
          {monthOf(at)}
        </b>
        <button type="button" className="btn q icon" aria-label="Month after" onClick={() => goTo(addMonths(at, 1))}>
          <Icon name="right" />
        </button>
      </div>
      <table aria-label={monthOf(at)}>
        <thead>
          <tr>
            {weekdays.map((weekday) => (
              <th key={weekday} scope="col" abbr={weekday}>
                {weekday.slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={days} onKeyDown={onKeyDown}>
          {weeksOf(at).map((week) => (
            <tr key={week.find(Boolean)}>
              {week.map((day, weekday) => (
                <td key={weekdays[weekday]}>
                  {day && (
                    <button
                      type="button"
                      data-day={day}
                      aria-label={sayDay(day)}
                      aria-pressed={day === value}
                      aria-current={day === today() ? 'date' : undefined}
                      tabIndex={day === at ? 0 : -1}
                      disabled={day < min}
                      onClick={() => onPick(day)}
                    >
                      {Number(day.slice(8))}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function dayFrom(day: string, key: string): string | undefined {
  switch (key) {
    case 'ArrowLeft':
      return addDays(day, -1)
    case 'ArrowRight':
      return addDays(day, 1)
    case 'ArrowUp':
      return addDays(day, -7)
    case 'ArrowDown':
      return addDays(day, 7)
    case 'Home':
      return addDays(day, -weekdayOf(day))
    case 'End':
      return addDays(day, 6 - weekdayOf(day))
    case 'PageUp':
      return addMonths(day, -1)
    case 'PageDown':
      return addMonths(day, 1)
    default:
      return undefined
  }
}

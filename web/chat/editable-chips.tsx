import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { ConversationId, TurnId } from '../../contract/id.ts'
import type { Chip, Reading } from '../../contract/plan.ts'
import { call } from '../client/call.ts'

interface EditableChipsProps {
  readonly chips: readonly Chip[]
  readonly place: { readonly id: ConversationId; readonly turnId: TurnId }
  readonly isBusy: boolean
  readonly onPick: (reading: Reading) => void
}

/** The reading as chips that open on what they could be instead. Only what runs is offered. */
export function EditableChips({ chips, place, isBusy, onPick }: EditableChipsProps) {
  const [openAt, setOpenAt] = useState<number | 'add'>()
  const box = useRef<HTMLDivElement>(null)
  const listId = useId()
  const edits = useQuery({
    queryKey: ['readings', place.id, place.turnId, chips],
    queryFn: () => call(endpoints.listReadings, { params: place }),
    enabled: openAt !== undefined,
  })
  const close = () => {
    box.current?.querySelector<HTMLButtonElement>('[aria-expanded="true"]')?.focus()
    setOpenAt(undefined)
  }
  useEffect(() => {
    if (openAt === undefined) return undefined
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpenAt(undefined)
    }
    document.addEventListener('pointerdown', onDown)
    return () => document.removeEventListener('pointerdown', onDown)
  }, [openAt])
  if (chips.length === 0) return null
  const options = openAt === 'add' ? edits.data?.add : openAt === undefined ? undefined : edits.data?.chips[openAt]
  const list = (
    <div className="picks sheet" id={listId} role="group" aria-label="Instead">
      {edits.isPending && <p className="dim">Looking …</p>}
      {edits.isError && <p className="dim">The other readings could not be loaded. Ask in words instead.</p>}
      {options?.length === 0 && <p className="dim">Nothing else fits here.</p>}
      {options?.map(({ label, reading }) => (
        <button
          key={label}
          type="button"
          className="btn q"
          disabled={isBusy}
          onClick={() => {
            close()
            onPick(reading)
          }}
        >
          {label}
        </button>
      ))}
    </div>
  )
  const toggle = (at: number | 'add') => setOpenAt(openAt === at ? undefined : at)
  return (
    <div
      ref={box}
      className="reading"
      role="group"
      aria-label="How the question was read"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && openAt !== undefined) close()
      }}
    >
      <b>Read as</b>
      {chips.map((chip, index) => (
        <span key={`${chip.part}-${index}`} className="pick">
          <button
            type="button"
            className={`chip${chip.unsure ? ' unsure' : ''}`}
            aria-expanded={openAt === index}
            aria-controls={openAt === index ? listId : undefined}
            onClick={() => toggle(index)}
          >
            <i>{chip.part}</i> {chip.value}
            {chip.unsure && (
              <>
                ?<span className="sr"> not sure</span>
              </>
            )}
          </button>
          {openAt === index && list}
        </span>
      ))}
      <span className="pick">
        <button
          type="button"
          className="chip add"
          aria-expanded={openAt === 'add'}
          aria-controls={openAt === 'add' ? listId : undefined}
          onClick={() => toggle('add')}
        >
          + Add
        </button>
        {openAt === 'add' && list}
      </span>
    </div>
  )
}

import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges } from '../client/queries.ts'
import { useToast } from '../controls/toast.tsx'

/** Renaming that starts from a menu: the menu, as it closes, must not take the focus from the field; its button has it again after a key. */
export function useRenaming(opener: RefObject<HTMLButtonElement | null>) {
  const [isRenaming, setIsRenaming] = useState(false)
  const keepsFocus = useRef(false)
  return {
    isRenaming,
    start: () => setIsRenaming(true),
    startFromMenu: () => {
      keepsFocus.current = true
      setIsRenaming(true)
    },
    stop: (isByKey: boolean) => {
      setIsRenaming(false)
      if (isByKey) requestAnimationFrame(() => opener.current?.focus())
    },
    onCloseAutoFocus: (event: Event) => {
      if (keepsFocus.current) event.preventDefault()
      keepsFocus.current = false
    },
  }
}

/** The title as a field: Enter keeps it, Escape leaves it as it was. */
export function RenameField({
  id,
  title,
  onDone,
}: {
  readonly id: string
  readonly title: string
  readonly onDone: (isByKey: boolean) => void
}) {
  const [typed, setTyped] = useState(title)
  const { change } = useConversationChanges()
  const toast = useToast()
  const field = useRef<HTMLInputElement>(null)
  const isLeft = useRef(false)
  // NOTE: a menu that closes takes the focus with it a moment later.
  useEffect(() => {
    const timer = setTimeout(() => field.current?.select(), 20)
    return () => clearTimeout(timer)
  }, [])
  const leave = (isKept: boolean, isByKey = true) => {
    if (isLeft.current) return
    isLeft.current = true
    const next = typed.trim()
    if (isKept && next !== '' && next !== title)
      change.mutate({ id, title: next }, { onError: (error) => toast({ text: sentenceOf(error) }) })
    onDone(isByKey)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) leave(true)
    if (event.key === 'Escape') leave(false)
  }
  return (
    <input
      ref={field}
      className="field rename"
      aria-label="Title"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => document.hasFocus() && document.activeElement !== field.current && leave(true, false)}
    />
  )
}

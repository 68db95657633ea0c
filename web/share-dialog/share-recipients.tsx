import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { RecipientLink } from '../../contract/recipient.ts'
import { sentenceOf } from '../client/call-error.ts'
import { keys, useRecipients } from '../client/queries.ts'
import { addRecipient, closeRecipient } from '../client/share-calls.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { formatMoment } from '../controls/format-text.ts'

/** One link per recipient: who opened it, and its own end. */
export function ShareRecipients({ subjectId }: { readonly subjectId: string }) {
  const id = useId()
  const client = useQueryClient()
  const announce = useAnnounce()
  const recipients = useRecipients(subjectId)
  const [label, setLabel] = useState('')
  const refresh = () => client.invalidateQueries({ queryKey: keys.recipients(subjectId) })
  const add = useMutation({
    mutationFn: () => addRecipient(subjectId, label),
    onSuccess: async (made) => {
      setLabel('')
      announce(`Link for ${made.label} made.`)
      await refresh()
    },
  })
  const close = useMutation({
    mutationFn: (link: RecipientLink) => closeRecipient(subjectId, link.id),
    onSuccess: async (closed) => {
      announce(`Link for ${closed.label} closed.`)
      await refresh()
    },
  })
  const error = add.error ?? close.error ?? recipients.error
  return (
    <>
      <h2>Recipients</h2>
      {error && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(error)}</span>
        </p>
      )}
      <ol className="vers whom">
        {(recipients.data?.items ?? []).map((link) => (
          <li key={link.id}>
            <span className="grow">
              <b title={link.label}>{link.label}</b>
              <span className="meta num">{said(link)}</span>
            </span>
            {link.closedAt === null ? (
              <>
                <CopyButton text={link.url} label="Copy link" className="btn q" />
                <button
                  type="button"
                  className="btn q"
                  disabled={close.isPending}
                  aria-label={`Close the link for ${link.label}`}
                  onClick={() => close.mutate(link)}
                >
                  Close
                </button>
              </>
            ) : (
              <span className="meta">closed</span>
            )}
          </li>
        ))}
      </ol>
      <form
        className="link for-whom"
        onSubmit={(event) => {
          event.preventDefault()
          if (label.trim() !== '') add.mutate()
        }}
      >
        <label className="sr" htmlFor={id}>
          Who a link is for
        </label>
        <input
          id={id}
          className="field"
          placeholder="Who it is for"
          maxLength={100}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <button type="submit" className="btn" disabled={add.isPending || label.trim() === ''}>
          Add link
        </button>
      </form>
      <p className="meta">Each has an address of its own that you can close alone, and says when it was opened.</p>
    </>
  )
}

function said({ views, lastViewAt }: RecipientLink): string {
  if (lastViewAt === null) return 'not opened yet'
  return `opened ${views === 1 ? 'once' : `${views} times`}, last ${formatMoment(lastViewAt)}`
}

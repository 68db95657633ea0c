import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { PythonVariable } from '../../contract/python.ts'
import type { Turn } from '../../contract/turn.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { formatBytes } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { useKeptState } from '../controls/kept-state.ts'
import { useToast } from '../controls/toast.tsx'

interface FailedCellProps {
  readonly turn: Turn
  readonly isBusy: boolean
  readonly onRetry: () => void
  readonly onEdit: () => void
}

/** What can be done about a cell that failed. Ignoring it only takes the note away, in this browser. */
export function FailedCell({ turn, isBusy, onRetry, onEdit }: FailedCellProps) {
  const [isIgnored, setIsIgnored] = useKeptState(`qry-ignored-${turn.id}`, false, (kept) => kept === true)
  if (isIgnored)
    return (
      <div className="row acts">
        <span className="meta">Failed, ignored.</span>
        <button type="button" className="btn q" onClick={() => setIsIgnored(false)}>
          Show
        </button>
      </div>
    )
  return (
    <div className="note bad">
      <span className="grow">{turn.error?.message ?? 'The cell failed.'}</span>
      <span className="row">
        <button type="button" className="btn" disabled={isBusy} onClick={onRetry}>
          Re-run
        </button>
        <button type="button" className="btn" onClick={onEdit}>
          Edit
        </button>
        <button type="button" className="btn q" onClick={() => setIsIgnored(true)}>
          Ignore
        </button>
      </span>
    </div>
  )
}

/** The Python session of a conversation, folded away: its names, and a fresh start. */
export function PythonState({ conversationId, isRunning }: { readonly conversationId: string; readonly isRunning: boolean }) {
  const [isOpen, setIsOpen] = useState(false)
  const client = useQueryClient()
  const toast = useToast()
  const key = ['python-variables', conversationId]
  const variables = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call(endpoints.listVariables, { params: { id: conversationId }, signal }),
    enabled: isOpen && !isRunning,
    gcTime: 0,
  })
  const restart = useMutation({
    mutationFn: () => call(endpoints.restartPython, { params: { id: conversationId } }),
    onSuccess: () => {
      toast({ text: 'Python starts anew: the next cell begins with nothing.' })
      return client.invalidateQueries({ queryKey: key })
    },
    onError: (error) => toast({ text: sentenceOf(error) }),
  })
  return (
    <details className="fold python" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" />
        <span>Python variables</span>
        <span className="meta push">kept from cell to cell</span>
      </summary>
      <div>
        {variables.error ? (
          <p className="meta">{sentenceOf(variables.error)}</p>
        ) : (
          <VariableList items={variables.data?.items ?? []} isLoading={variables.isPending || isRunning} />
        )}
        <div className="row">
          <button type="button" className="btn" disabled={isRunning || restart.isPending} onClick={() => restart.mutate()}>
            <Icon name="again" />
            Restart Python
          </button>
          <span className="meta">Forgets every name. Cells above stay as they are.</span>
        </div>
      </div>
    </details>
  )
}

function VariableList({ items, isLoading }: { readonly items: readonly PythonVariable[]; readonly isLoading: boolean }) {
  if (isLoading) return <p className="meta">Looking …</p>
  if (items.length === 0) return <p className="meta">No names are in memory. The next cell brings back what earlier ones made.</p>
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Python variables, scrolls sideways">
      <table className="vars">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Shape</th>
            <th scope="col" className="n">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ name, type, shape, bytes }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td>{type}</td>
              <td className="num">{shape ? shape.join(' × ') : '–'}</td>
              <td className="n num">{bytes === null ? '–' : formatBytes(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

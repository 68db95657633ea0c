import type { ReactNode } from 'react'
import { sentenceOf } from '../client/call-error.ts'
import { Skeleton } from './skeleton.tsx'

export interface Read<Data> {
  readonly data: Data | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}

/** What was read, or the wait for it, or why it could not be read. */
export function Loaded<Data>({
  of: { data, error, refetch },
  label,
  lines = 5,
  children,
}: {
  readonly of: Read<Data>
  /** Said while it is waited for. */
  readonly label: string
  /** How long what comes is, in lines of the wait. */
  readonly lines?: number
  readonly children: (data: Data) => ReactNode
}) {
  if (data !== undefined) return children(data)
  if (error === null) return <Skeleton lines={lines} label={label} />
  return (
    <div className="note bad" role="alert">
      <span className="grow">{sentenceOf(error)}</span>
      <button type="button" className="btn" onClick={() => void refetch()}>
        Try again
      </button>
    </div>
  )
}

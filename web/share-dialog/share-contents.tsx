import type { UseQueryResult } from '@tanstack/react-query'
import type { ShareContents } from '../../contract/share.ts'
import { sentenceOf } from '../client/call-error.ts'
import { formatBytes, formatCount } from '../controls/format-text.ts'
import { Skeleton } from '../controls/skeleton.tsx'

interface ShareContentsListProps {
  readonly check: UseQueryResult<{ readonly contents: ShareContents }>
  readonly answersOnly: boolean
  readonly downloads: boolean
  /** Something in the copy is masked or dropped. */
  readonly isMasked: boolean
  readonly tenantName: string
}

const plural = (count: number, one: string): string => (count === 1 ? one : `${one}s`)

/** What becomes public, counted and by name, before it does. */
export function ShareContentsList({ check, answersOnly, downloads, isMasked, tenantName }: ShareContentsListProps) {
  if (check.error)
    return (
      <div className="note bad" role="alert">
        <span className="grow">{sentenceOf(check.error)}</span>
        <button type="button" className="btn" onClick={() => void check.refetch()}>
          Try again
        </button>
      </div>
    )
  if (!check.data) return <Skeleton lines={5} label="Counting what becomes public" />
  const { turns, tables, rows, charts, figures, files, filesKeptOut, toolCalls } = check.data.contents
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return (
    <>
      <dl className="inv num">
        <dt>{formatCount(turns)}</dt>
        <dd>
          {plural(turns, 'turn')} <span className="meta">shown as {tenantName}</span>
        </dd>
        <dt>{formatCount(tables)}</dt>
        <dd>
          {plural(tables, 'table')}, {formatCount(rows)} {plural(rows, 'row')} in all
        </dd>
        <dt>{formatCount(charts)}</dt>
        <dd>
          {plural(charts, 'chart')} with {charts === 1 ? 'its' : 'their'} data
        </dd>
        {figures > 0 && (
          <>
            <dt>{isMasked ? 0 : formatCount(figures)}</dt>
            <dd>
              {plural(figures, 'figure')} of Python cells
              {isMasked && (
                <span className="meta">
                  : {figures === 1 ? 'it is' : 'all are'} left out while anything is masked or dropped, as nobody can search what
                  a picture shows
                </span>
              )}
            </dd>
          </>
        )}
        <dt>{downloads ? formatCount(files.length) : 0}</dt>
        <dd>
          {plural(files.length, 'file')}
          {!downloads && files.length > 0 && ': not downloadable'}
          {downloads &&
            files.map((file, index) => (
              <span key={`${file.name}-${index}`}>
                {index === 0 ? ': ' : ', '}
                <b>{file.name}</b>
              </span>
            ))}{' '}
          {downloads && files.length > 0 && <span className="meta">{formatBytes(bytes)}</span>}
          {filesKeptOut > 0 && <span className="meta"> {filesKeptOut} kept out by a decision below</span>}
        </dd>
        <dt>{answersOnly ? 0 : formatCount(toolCalls)}</dt>
        <dd>{answersOnly ? 'tool calls; SQL is left out' : `tool ${plural(toolCalls, 'call')} with SQL, collapsed`}</dd>
      </dl>
      <p className="meta below">
        Nothing else: no names or addresses of accounts, no other conversations. The page reads this frozen copy and never your
        data.
      </p>
    </>
  )
}

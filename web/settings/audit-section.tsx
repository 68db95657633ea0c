import { useState } from 'react'
import type { AuditEvent } from '../../contract/audit.ts'
import type { Me } from '../../contract/person.ts'
import { type AuditWish, useAudit, useDirectory } from '../client/settings-queries.ts'
import { DateField } from '../controls/date-field.tsx'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { deedOf, factsOf } from './audit-words.ts'
import { Section, Sheet } from './section.tsx'

/** Beginnings of actions, as they belong together. */
const actions = [
  ['', 'All actions'],
  ['shar', 'Links and sharing'],
  ['conversation', 'Conversations'],
  ['sign-in', 'Signing in'],
  ['session', 'Sessions'],
  ['password', 'Passwords'],
  ['second-factor', 'Second factors'],
  ['key', 'API keys'],
  ['member', 'Members'],
  ['role', 'Roles'],
  ['group', 'Groups'],
  ['source', 'Data sources'],
  ['tenant', 'Organisation'],
  ['provider', 'Sign-in providers'],
] as const

interface Wanted {
  readonly userId: string
  readonly action: string
  readonly from: string
  readonly to: string
}

const filterOf = ({ userId, action, from, to }: Wanted): AuditWish => ({
  ...(userId ? { userId } : {}),
  ...(action ? { action } : {}),
  ...(from ? { from: new Date(`${from}T00:00:00`).toISOString() } : {}),
  ...(to ? { to: new Date(`${to}T23:59:59.999`).toISOString() } : {}),
})

/** Who did what, when, through what. Nothing here can be changed. */
export function AuditSection({ me }: { readonly me: Me }) {
  const directory = useDirectory()
  const [wanted, setWanted] = useState<Wanted>({ userId: '', action: '', from: '', to: '' })
  const filter = filterOf(wanted)
  const audit = useAudit(filter)
  const pick = (key: keyof Wanted) => (value: string) => setWanted((now) => ({ ...now, [key]: value }))
  const people = directory.data?.people ?? []
  const events = audit.data?.pages.flatMap((page) => page.items)
  return (
    <Section
      title="Audit log"
      lead={`What was done in ${me.tenant.name}. Lines are added, never changed or removed.`}
      action={
        <a className="btn" href={`/api/audit.csv?${new URLSearchParams(Object.entries(filter)).toString()}`} download="audit.csv">
          <Icon name="download" />
          CSV
        </a>
      }
    >
      <div className="filters">
        <SelectField
          label="Who"
          value={wanted.userId}
          choices={[['', 'Everybody'], ...people.map(({ id, name, email }) => [id, name || email] as const)]}
          onPick={pick('userId')}
        />
        <SelectField label="What" value={wanted.action} choices={actions} onPick={pick('action')} />
        <DateField label="From" value={wanted.from} onPick={pick('from')} />
        <DateField label="Until" value={wanted.to} onPick={pick('to')} />
      </div>
      <Loaded of={{ data: events, error: audit.error, refetch: audit.refetch }} label="Loading the audit log">
        {(lines) =>
          lines.length === 0 ? (
            <p className="none dim">No line matches. Change the filters above.</p>
          ) : (
            <Sheet
              label="Audit log"
              heads={['When', 'Who', 'What', 'Through']}
              foot={
                <>
                  <span className="num grow">
                    {counted(lines.length, 'line')}
                    {audit.hasNextPage && ' of more'}
                  </span>
                  {audit.hasNextPage && (
                    <button
                      type="button"
                      className="btn q"
                      disabled={audit.isFetchingNextPage}
                      onClick={() => void audit.fetchNextPage()}
                    >
                      {audit.isFetchingNextPage ? 'Loading' : 'Show older lines'}
                    </button>
                  )}
                </>
              }
            >
              {lines.map((line) => (
                <AuditLine key={line.seq} line={line} />
              ))}
            </Sheet>
          )
        }
      </Loaded>
    </Section>
  )
}

function AuditLine({ line }: { readonly line: AuditEvent }) {
  const { at, who, via, action, subject, details } = line
  const facts = factsOf(line)
  const raw = JSON.stringify(details)
  return (
    <tr>
      <td className="num">{formatMoment(at)}</td>
      <td>
        <span className="nm" title={who}>
          {who.replace(/ <.*/, '') || '–'}
        </span>
      </td>
      <td className="deed">
        {deedOf(line)}
        {facts.length > 0 && (
          <ul className="details">
            {facts.map(({ label, before, value }) => (
              <li key={label}>
                <span className="dim">{label}:</span>{' '}
                {before !== undefined && (
                  <>
                    <del>{before}</del> <span aria-hidden="true">→</span>
                    <span className="sr">, now</span>{' '}
                  </>
                )}
                {value}
              </li>
            ))}
          </ul>
        )}
        <details className="raw">
          <summary>As it is kept</summary>
          <code className="mono">
            {action} {subject} {raw}
          </code>
        </details>
      </td>
      <td>{via}</td>
    </tr>
  )
}

import { useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Permission } from '../../contract/permission.ts'
import type { Me } from '../../contract/person.ts'
import type { ApiKey, NewApiKey } from '../../contract/session.ts'
import { call } from '../client/call.ts'
import { settingsKeys, useApiKeys } from '../client/settings-queries.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted, formatDay, formatMoment } from '../controls/format-text.ts'
import { Loaded } from '../controls/loaded.tsx'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { PermissionTicks } from './permission-ticks.tsx'
import { MomentCell, Section, Sheet } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** Keys with which programs act as me. */
export function ApiKeysSection({ me }: { readonly me: Me }) {
  const apiKeys = useApiKeys()
  const [isMaking, setIsMaking] = useState(false)
  const [made, setMade] = useState<NewApiKey>()
  const [leaving, setLeaving] = useState<ApiKey>()
  return (
    <Section
      title="API keys"
      lead="A program that holds one acts as you, as far as the key reaches."
      action={
        <button type="button" className="btn p" onClick={() => setIsMaking(true)}>
          New key…
        </button>
      }
    >
      <Loaded of={apiKeys} label="Loading keys">
        {({ items }) =>
          items.length === 0 ? (
            <p className="none dim">No keys yet. The guide shows what a program can do with one.</p>
          ) : (
            <Sheet
              label="API keys"
              heads={['Name', 'May', 'Made#', 'Last used#', 'Ends#', '']}
              foot={counted(items.length, 'key')}
            >
              {items.map((key) => (
                <tr key={key.id}>
                  <td>
                    <b>{key.name}</b>
                    <span className="meta mono">qry_…{key.ending}</span>
                  </td>
                  <td>
                    {key.scopes === null ? 'Everything you may' : key.scopes.length === 0 ? 'Read only' : key.scopes.join(', ')}
                  </td>
                  <MomentCell>{formatDay(key.createdAt)}</MomentCell>
                  <MomentCell>{key.usedAt ? formatMoment(key.usedAt) : undefined}</MomentCell>
                  <td className={key.expiresAt ? 'n' : 'n null'}>{key.expiresAt ? formatDay(key.expiresAt) : 'Never'}</td>
                  <td className="acts">
                    <button type="button" className="btn q" aria-label={`Revoke ${key.name}`} onClick={() => setLeaving(key)}>
                      Revoke…
                    </button>
                  </td>
                </tr>
              ))}
            </Sheet>
          )
        }
      </Loaded>
      {isMaking && (
        <MakeKey
          me={me}
          onClose={() => setIsMaking(false)}
          onMade={(key) => {
            setIsMaking(false)
            setMade(key)
          }}
        />
      )}
      {made && (
        <FormDialog
          title={`The key “${made.name}”`}
          act="I have kept it"
          cancel="Close"
          onAct={() => setMade(undefined)}
          onClose={() => setMade(undefined)}
        >
          <p className="dim">It is shown this once: only its fingerprint is kept here.</p>
          <p className="once">
            <code>{made.key}</code>
            <CopyButton text={made.key} />
          </p>
        </FormDialog>
      )}
      {leaving && <RevokeKey apiKey={leaving} onClose={() => setLeaving(undefined)} />}
    </Section>
  )
}

const lives = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Never'],
] as const

interface MakeKeyProps {
  readonly me: Me
  readonly onClose: () => void
  readonly onMade: (key: NewApiKey) => void
}

function MakeKey({ me, onClose, onMade }: MakeKeyProps) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [scopes, setScopes] = useState<readonly Permission[] | null>(null)
  const make = useAct(
    () =>
      call(endpoints.createApiKey, {
        body: { name: name.trim(), days: days === '' ? null : Number(days), scopes: scopes && [...scopes] },
      }),
    { refresh: [settingsKeys.apiKeys], onDone: onMade, isForm: true },
  )
  return (
    <FormDialog
      title="New API key"
      act="Make the key"
      error={refusalOf(make.error)}
      isBusy={make.isPending}
      canAct={name.trim() !== ''}
      onAct={() => make.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder="Nightly report"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField label="Ends after" value={days} choices={lives} onPick={setDays} />
      <SelectField
        label="May do"
        value={scopes === null ? 'all' : 'some'}
        choices={[
          ['all', `Everything you may, now ${counted(me.permissions.length, 'permission')}`],
          ['some', 'Only what is ticked below'],
        ]}
        hint="Reading what you can see is always included."
        onPick={(value) => setScopes(value === 'all' ? null : [])}
      />
      {scopes !== null && <PermissionTicks offered={me.permissions} chosen={scopes} onChange={setScopes} />}
    </FormDialog>
  )
}

function RevokeKey({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const revoke = useAct(() => call(endpoints.revokeApiKey, { params: { id: apiKey.id } }), {
    refresh: [settingsKeys.apiKeys],
    said: () => ({ text: `${apiKey.name} is revoked.` }),
    onDone: onClose,
    isForm: true,
  })
  return (
    <FormDialog
      title={`Revoke ${apiKey.name}?`}
      act="Revoke"
      cancel="Keep it"
      isGrave
      error={refusalOf(revoke.error)}
      isBusy={revoke.isPending}
      onAct={() => revoke.mutate(undefined)}
      onClose={onClose}
    >
      <p className="dim">
        Programs that hold it are refused from the next request on.{' '}
        {apiKey.usedAt ? `It was last used on ${formatMoment(apiKey.usedAt)}.` : 'It was never used.'}
      </p>
    </FormDialog>
  )
}

import { type FormEvent, useId, useState } from 'react'
import { Link } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import type { Tenant, TenantChange } from '../../contract/tenant.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { keys } from '../client/queries.ts'
import { settingsKeys, useTenant } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted } from '../controls/format-text.ts'
import { Loaded } from '../controls/loaded.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Block, Section } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** The switch of public sharing, and what binds every link. */
export function SharingSection({ me }: { readonly me: Me }) {
  const tenant = useTenant()
  return (
    <Section title="Sharing" lead={`What links of ${me.tenant.name} may be. Single links can be stricter, never looser.`}>
      <Loaded of={tenant} label="Loading the sharing policy">
        {(data) => (
          <>
            <SharingSwitch tenant={data} />
            <PolicyForm key={policyKey(data)} tenant={data} />
          </>
        )}
      </Loaded>
    </Section>
  )
}

const refresh = [settingsKeys.tenant, settingsKeys.shares, keys.me]

function SharingSwitch({ tenant: { sharingEnabled, liveLinks } }: { readonly tenant: Tenant }) {
  const [isAsking, setIsAsking] = useState(false)
  const change = useAct((isOn: boolean) => call(endpoints.changeTenant, { body: { sharingEnabled: isOn } }), {
    refresh,
    said: (after) => ({
      text: after.sharingEnabled
        ? `Sharing is on. ${counted(after.liveLinks, 'link answers', 'links answer')} again.`
        : 'Sharing is off. Every link answers 404.',
      ...(after.sharingEnabled ? {} : { action: { label: 'Undo', run: () => change.mutate(true) } }),
    }),
    onDone: () => setIsAsking(false),
  })
  const open = counted(liveLinks, 'open link')
  return (
    <div className="switch-line">
      <span className="grow">
        {sharingEnabled
          ? `Anybody holding a link can view it without an account. Switching off closes ${open} at once.`
          : `Nobody can make a link. Switching on opens those that were not revoked meanwhile: ${counted(liveLinks, 'link')}.`}{' '}
        <Link href="/shares">Shared links</Link>
      </span>
      <label className="sw">
        Public sharing
        <input
          type="checkbox"
          role="switch"
          checked={sharingEnabled}
          disabled={change.isPending}
          onChange={(event) => (event.target.checked ? change.mutate(true) : setIsAsking(true))}
        />
      </label>
      {isAsking && (
        <FormDialog
          title="Switch sharing off?"
          act={liveLinks > 0 ? `Close ${counted(liveLinks, 'link')}` : 'Switch off'}
          cancel="Keep sharing on"
          isGrave
          error={refusalOf(change.error)}
          isBusy={change.isPending}
          onAct={() => change.mutate(false)}
          onClose={() => setIsAsking(false)}
        >
          <p className="dim">
            This closes {open}, of conversations and dashboards alike: readers get a plain 404 from the next request on, and
            nobody can make a link. Switched on again, those that were not revoked meanwhile answer under the same address.
          </p>
        </FormDialog>
      )}
    </div>
  )
}

/** The form begins anew when what is kept has changed. */
const policyKey = ({ maxLinkDays, defaultLinkDays, requirePassword, allowEmbedOrigins }: Tenant): string =>
  JSON.stringify([maxLinkDays, defaultLinkDays, requirePassword, allowEmbedOrigins])

const daysOf = (text: string): number | null => (text.trim() === '' ? null : Number(text))

function PolicyForm({ tenant }: { readonly tenant: Tenant }) {
  const originsId = useId()
  const { maxLinkDays, defaultLinkDays, requirePassword, allowEmbedOrigins } = tenant
  const [longest, setLongest] = useState(maxLinkDays?.toString() ?? '')
  const [usual, setUsual] = useState(defaultLinkDays?.toString() ?? '')
  const [needsPassword, setNeedsPassword] = useState(requirePassword)
  const [origins, setOrigins] = useState(allowEmbedOrigins.join('\n'))
  const before: TenantChange = { maxLinkDays, defaultLinkDays, requirePassword, allowEmbedOrigins }
  const wanted: TenantChange = {
    maxLinkDays: daysOf(longest),
    defaultLinkDays: daysOf(usual),
    requirePassword: needsPassword,
    allowEmbedOrigins: origins.split(/\s+/).filter((origin) => origin !== ''),
  }
  const save = useAct((body: TenantChange) => call(endpoints.changeTenant, { body }), {
    refresh,
    said: () => ({
      text: 'The sharing policy is saved.',
      action: { label: 'Undo', run: () => save.mutate(before) },
    }),
    isForm: true,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate(wanted)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Block title="Life of a link">
        <div className="pair">
          <TextField
            label="Longest, in days"
            inputMode="numeric"
            placeholder="Without end"
            hint="Empty: a link may stay for ever."
            value={longest}
            onChange={(event) => setLongest(event.target.value)}
          />
          <TextField
            label="Usual, in days"
            inputMode="numeric"
            placeholder="Without end"
            hint="What a new link gets when nobody says otherwise."
            value={usual}
            onChange={(event) => setUsual(event.target.value)}
          />
        </div>
      </Block>
      <Block title="Password">
        <label className="sw">
          Every link needs a password
          <input
            type="checkbox"
            role="switch"
            checked={needsPassword}
            onChange={(event) => setNeedsPassword(event.target.checked)}
          />
        </label>
      </Block>
      <Block title="Other sites">
        <div className="fld">
          <label className="l" htmlFor={originsId}>
            Sites that may show a link in a frame
          </label>
          <textarea
            id={originsId}
            className="field mono"
            rows={3}
            placeholder="https://wiki.example.com"
            spellCheck={false}
            value={origins}
            aria-describedby={`${originsId}-said`}
            onChange={(event) => setOrigins(event.target.value)}
          />
          <p className="meta" id={`${originsId}-said`}>
            An origin on each line. Empty: no site may.
          </p>
        </div>
      </Block>
      <Block>
        {save.error && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(save.error)}</span>
          </p>
        )}
        <button type="submit" className="btn p" disabled={save.isPending || JSON.stringify(before) === JSON.stringify(wanted)}>
          {save.isPending ? 'Saving' : 'Save'}
        </button>
      </Block>
    </form>
  )
}

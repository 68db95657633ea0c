import { type FormEvent, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import type { Tenant, TenantChange, Usage } from '../../contract/tenant.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { keys } from '../client/queries.ts'
import { settingsKeys, useTenant, useUsage } from '../client/settings-queries.ts'
import { FormDialog } from '../controls/form-dialog.tsx'
import { counted, formatBytes, formatCount } from '../controls/format-text.ts'
import { Loaded } from '../controls/loaded.tsx'
import { TextField } from '../controls/text-field.tsx'
import { DailyBars } from './daily-bars.tsx'
import { Block, Section } from './section.tsx'
import { refusalOf, useAct } from './use-act.ts'

/** The organisation itself: what it uses, how it is called, how long deleted things stay, and its end. */
export function OrganisationSection({ me }: { readonly me: Me }) {
  const tenant = useTenant()
  const usage = useUsage()
  return (
    <Section title="Organisation" lead={`What ${me.tenant.name} is called, keeps and uses.`}>
      <Loaded of={usage} label="Loading usage">
        {(data) => <UsageFigures usage={data} />}
      </Loaded>
      <Loaded of={tenant} label="Loading the organisation">
        {(data) => <OrganisationForm key={`${data.name} ${data.retentionDays}`} tenant={data} />}
      </Loaded>
      {me.permissions.includes('tenant:delete') && <Deletion me={me} liveLinks={tenant.data?.liveLinks ?? 0} />}
    </Section>
  )
}

function UsageFigures({ usage: { members, conversations, liveLinks, bytesKept, questions } }: { readonly usage: Usage }) {
  const figures = [
    ['Members', formatCount(members)],
    ['Conversations', formatCount(conversations)],
    ['Open links', formatCount(liveLinks)],
    ['Results and files kept', formatBytes(bytesKept)],
  ] as const
  const asked = questions.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <Block title="Questions">
        <p className="dim num">{counted(asked, 'question')} in the last 30 days.</p>
        {asked > 0 && <DailyBars days={questions} />}
      </Block>
    </>
  )
}

function OrganisationForm({ tenant }: { readonly tenant: Tenant }) {
  const [name, setName] = useState(tenant.name)
  const [days, setDays] = useState(String(tenant.retentionDays))
  const before = { name: tenant.name, retentionDays: tenant.retentionDays }
  const wanted = { name: name.trim(), retentionDays: Number(days) }
  const save = useAct((body: TenantChange) => call(endpoints.changeTenant, { body }), {
    refresh: [settingsKeys.tenant, keys.me],
    said: () => ({ text: 'The organisation is saved.', action: { label: 'Undo', run: () => save.mutate(before) } }),
    isForm: true,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate(wanted)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Block title="Organisation">
        <TextField label="Name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </Block>
      <Block title="Retention">
        <TextField
          label="Deleted conversations are erased after, in days"
          inputMode="numeric"
          hint="Until then their owner can bring them back. Erased is gone: questions, answers, checkpoints."
          value={days}
          onChange={(event) => setDays(event.target.value)}
        />
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

function Deletion({ me, liveLinks }: { readonly me: Me; readonly liveLinks: number }) {
  const [isAsking, setIsAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const { name } = me.tenant
  const remove = useAct(() => call(endpoints.deleteTenant, { body: { name: typed } }), {
    onDone: () => window.location.assign('/'),
    isForm: true,
  })
  return (
    <Block title="End">
      <p className="dim">Deleting {name} closes every link for good, and nobody can sign in.</p>
      <button type="button" className="btn d" onClick={() => setIsAsking(true)}>
        Delete the organisation…
      </button>
      {isAsking && (
        <FormDialog
          title={`Delete ${name}?`}
          act={`Delete ${name}`}
          cancel="Keep it"
          isGrave
          error={refusalOf(remove.error)}
          isBusy={remove.isPending}
          canAct={typed === name}
          onAct={() => remove.mutate(undefined)}
          onClose={() => setIsAsking(false)}
        >
          <p className="dim">
            {counted(liveLinks, 'open link')} close for good, every session and API key ends. This cannot be undone.
          </p>
          <TextField
            label={`Write “${name}” to go on`}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </FormDialog>
      )}
    </Block>
  )
}

import { type FormEvent, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { fieldErrorsOf, sentenceOf } from '../client/call-error.ts'
import { settingsKeys } from '../client/settings-queries.ts'
import { TextField } from '../controls/text-field.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Block, Section } from './section.tsx'
import { SessionsTable } from './sessions-table.tsx'
import { useAct } from './use-act.ts'

/** How I prove that I am I, and where I am signed in. */
export function SignInSection({ me }: { readonly me: Me }) {
  return (
    <Section title="Sign-in" lead="Password, second factor, and every place where you are signed in.">
      <Block title="Password">
        {me.user.hasPassword ? (
          <PasswordForm email={me.user.email} />
        ) : (
          <p className="dim">You sign in through another server, which keeps your password.</p>
        )}
      </Block>
      <Block title="Second factor">
        <SecondFactor me={me} />
      </Block>
      <h2 className="part">Signed in</h2>
      <SessionsTable />
    </Section>
  )
}

function PasswordForm({ email }: { readonly email: string }) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useAct(() => call(endpoints.changePassword, { body: { current, password } }), {
    refresh: [settingsKeys.sessions],
    said: () => ({ text: 'Password changed. Other sessions have ended.' }),
    onDone: () => {
      setCurrent('')
      setPassword('')
    },
    isForm: true,
  })
  const wrong = fieldErrorsOf(change.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!change.isPending) change.mutate(undefined)
  }
  return (
    <form className="fields" onSubmit={submit} noValidate>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label="Present password"
        type="password"
        autoComplete="current-password"
        value={current}
        error={wrong['current']}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        value={password}
        hint="At least 10 characters."
        error={wrong['password']}
        onChange={(event) => setPassword(event.target.value)}
      />
      {change.error && Object.keys(wrong).length === 0 && (
        <p className="note bad" role="alert">
          <span className="grow">{sentenceOf(change.error)}</span>
        </p>
      )}
      <div className="row">
        <button type="submit" className="btn" disabled={change.isPending || current === '' || password === ''}>
          {change.isPending ? 'Changing' : 'Change password'}
        </button>
        <span className="meta">All your other sessions end.</span>
      </div>
    </form>
  )
}

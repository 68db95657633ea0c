import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import { KnownError } from '../../contract/error.ts'
import type { Me, SetupState } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { fieldErrorsOf, sentenceOf } from '../client/call-error.ts'
import { TextField } from '../controls/text-field.tsx'
import { DemoDoor } from './demo-door.tsx'
import { EntryFrame } from './entry-frame.tsx'
import { OtherWays } from './other-ways.tsx'

export interface SignInPageProps {
  readonly demo: SetupState['demo']
  /** What comes after, where somebody came for that. */
  readonly lead?: string | undefined
  readonly onEntered: (me: Me) => void
}

export function SignInPage({ demo, lead, onEntered }: SignInPageProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const signIn = useMutation({
    mutationFn: () => call(endpoints.signIn, { body: { email: email.trim(), password, ...(code ? { code } : {}) } }),
    onSuccess: onEntered,
    onError: () => form.current?.querySelector<HTMLInputElement>('input')?.focus(),
  })
  const wrong = fieldErrorsOf(signIn.error)
  const needsCode = code !== '' || (signIn.error instanceof KnownError && signIn.error.code === 'second-factor-needed')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!signIn.isPending) signIn.mutate()
  }
  return (
    <EntryFrame title="Sign in" lead={lead ?? 'Your conversations and your links are behind this door.'}>
      <form ref={form} onSubmit={submit} noValidate>
        {signIn.error && Object.keys(wrong).length === 0 && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(signIn.error)}</span>
          </p>
        )}
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={email}
          error={wrong['email']}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          error={wrong['password']}
          onChange={(event) => setPassword(event.target.value)}
        />
        {needsCode && (
          <TextField
            label="Code of your authenticator app"
            hint="Or one of your recovery codes."
            name="code"
            autoComplete="one-time-code"
            autoFocus
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        <button className="btn p" type="submit" aria-disabled={signIn.isPending}>
          {signIn.isPending ? 'Signing in' : 'Sign in'}
        </button>
      </form>
      <OtherWays email={email.trim()} />
      {demo && <DemoDoor demo={demo} onEntered={onEntered} />}
    </EntryFrame>
  )
}

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import { call } from '../client/call.ts'
import { fieldErrorsOf, sentenceOf } from '../client/call-error.ts'
import { TextField } from '../controls/text-field.tsx'
import { EntryFrame } from './entry-frame.tsx'

/** Where the letter for a forgotten password leads; the token stands behind the `#`. */
export function ResetPage({ token }: { readonly token: string }) {
  const [password, setPassword] = useState('')
  const reset = useMutation({ mutationFn: () => call(endpoints.resetPassword, { body: { token, password } }) })
  const wrong = fieldErrorsOf(reset.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reset.isPending) reset.mutate()
  }
  if (reset.isSuccess)
    return (
      <EntryFrame title="The password is set" lead="You were signed out everywhere. Sign in with the new password.">
        <a className="btn p" href="/">
          Sign in
        </a>
      </EntryFrame>
    )
  return (
    <EntryFrame title="Set a new password" lead="All your sessions end, here and elsewhere.">
      <form onSubmit={submit} noValidate>
        {reset.error && Object.keys(wrong).length === 0 && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(reset.error)}</span>
          </p>
        )}
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          required
          value={password}
          error={wrong['password']}
          onChange={(event) => setPassword(event.target.value)}
        />
        <button className="btn p" type="submit" aria-disabled={reset.isPending}>
          {reset.isPending ? 'Setting it' : 'Set the password'}
        </button>
      </form>
    </EntryFrame>
  )
}

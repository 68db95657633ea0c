import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import { KnownError } from '../../contract/error.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { fieldErrorsOf, sentenceOf } from '../client/call-error.ts'
import { TextField } from '../controls/text-field.tsx'
import { EntryFrame } from './entry-frame.tsx'

/** Where an invitation leads: its token stands behind the `#`, so that no server log holds it. */
export function InvitationPage({ token, onEntered }: { readonly token: string; readonly onEntered: (me: Me) => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call(endpoints.readInvitation, { body: { token }, signal }),
  })
  const accept = useMutation({
    mutationFn: () => call(endpoints.acceptInvitation, { body: { token, name, password, ...(code ? { code } : {}) } }),
    onSuccess: onEntered,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!accept.isPending) accept.mutate()
  }
  if (invitation.error)
    return (
      <EntryFrame title="No invitation here" lead={sentenceOf(invitation.error)}>
        <a className="btn" href="/">
          To the sign-in page
        </a>
      </EntryFrame>
    )
  if (!invitation.data) return <EntryFrame title="Invitation" lead="One moment." />
  const { email, tenantName, role, hasAccount } = invitation.data
  const wrong = fieldErrorsOf(accept.error)
  const needsCode = code !== '' || (accept.error instanceof KnownError && accept.error.code === 'second-factor-needed')
  const lead = hasAccount
    ? `You join as ${role}. There is an account for ${email}: write its password.`
    : `You join as ${role}, with an account for ${email}.`
  return (
    <EntryFrame title={`Join ${tenantName}`} lead={lead}>
      <form onSubmit={submit} noValidate>
        {accept.error && Object.keys(wrong).length === 0 && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(accept.error)}</span>
          </p>
        )}
        {!hasAccount && (
          <TextField label="Name" autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
        )}
        <TextField
          label="Password"
          type="password"
          autoComplete={hasAccount ? 'current-password' : 'new-password'}
          hint={hasAccount ? undefined : 'At least 10 characters.'}
          required
          value={password}
          error={wrong['password']}
          onChange={(event) => setPassword(event.target.value)}
        />
        {needsCode && (
          <TextField
            label="Code of your authenticator app"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        <button className="btn p" type="submit" aria-disabled={accept.isPending}>
          {accept.isPending ? 'Joining' : 'Join'}
        </button>
      </form>
    </EntryFrame>
  )
}

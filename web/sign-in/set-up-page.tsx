import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import { type Me, SetupInput, type SetupState } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { fieldErrorsOf, sentenceOf } from '../client/call-error.ts'
import { TextField } from '../controls/text-field.tsx'
import { DemoDoor } from './demo-door.tsx'
import { EntryFrame } from './entry-frame.tsx'

const empty = { organisation: '', name: '', email: '', password: '', code: '' }

/** What is wrong with the form before it is sent, by field. */
function complaintsOf(typed: typeof empty, needsCode: boolean): Record<string, string> {
  const complaints: Record<string, string> = {}
  const parsed = SetupInput.safeParse({ ...typed, email: typed.email.trim() })
  for (const issue of parsed.error?.issues ?? []) complaints[String(issue.path[0])] ??= issue.message
  if (needsCode && typed.code.trim() === '') complaints['code'] = 'Copy the code from the terminal that started the server.'
  return complaints
}

export function SetUpPage({
  needsCode,
  demo,
  onMade,
  onEntered,
}: {
  readonly needsCode: boolean
  readonly demo: SetupState['demo']
  readonly onMade: (me: Me) => void
  readonly onEntered: (me: Me) => void
}) {
  const [typed, setTyped] = useState(empty)
  const [complaints, setComplaints] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  const setUp = useMutation({
    mutationFn: () => {
      const { code, ...rest } = typed
      return call(endpoints.setUp, { body: { ...rest, email: rest.email.trim(), ...(needsCode ? { code: code.trim() } : {}) } })
    },
    onSuccess: onMade,
    onError: (error) => setComplaints(fieldErrorsOf(error)),
  })
  useEffect(() => {
    if (Object.keys(complaints).length > 0) form.current?.querySelector<HTMLInputElement>('[aria-invalid=true]')?.focus()
  }, [complaints])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (setUp.isPending) return
    const found = complaintsOf(typed, needsCode)
    setComplaints(found)
    if (Object.keys(found).length === 0) setUp.mutate()
  }
  const field = (name: keyof typeof empty) => ({
    name,
    value: typed[name],
    error: complaints[name],
    onChange: (event: { target: { value: string } }) => setTyped({ ...typed, [name]: event.target.value }),
  })
  return (
    <EntryFrame
      title="Make the owner account"
      lead="You are the first here. This account owns the organisation; others can be let in later."
    >
      <form ref={form} onSubmit={submit} noValidate>
        {setUp.error && Object.keys(fieldErrorsOf(setUp.error)).length === 0 && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(setUp.error)}</span>
          </p>
        )}
        <TextField
          {...field('organisation')}
          label="Organisation"
          autoComplete="organization"
          hint="Readers of a shared page see this name."
        />
        <TextField {...field('name')} label="Your name" autoComplete="name" />
        <TextField
          {...field('email')}
          label="E-mail"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <TextField
          {...field('password')}
          label="Password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          required
          hint="At least 10 characters."
        />
        {needsCode && (
          <TextField
            {...field('code')}
            label="Setup code"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            required
            hint="The terminal that started the server shows it."
          />
        )}
        <button className="btn p" type="submit" aria-disabled={setUp.isPending}>
          {setUp.isPending ? 'Making the account' : 'Make the account'}
        </button>
      </form>
      {demo && <DemoDoor demo={demo} onEntered={onEntered} />}
    </EntryFrame>
  )
}

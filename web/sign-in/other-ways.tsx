import { useMutation, useQuery } from '@tanstack/react-query'
import { endpoints } from '../../contract/endpoints.ts'
import type { RefusedSignIn } from '../../contract/identity-provider.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'

const refusals: Record<RefusedSignIn, string> = {
  'not-invited': 'You are not a member here. Ask an admin for an invitation.',
  'no-verified-email': 'The other server did not confirm your e-mail address. Confirm it there, then try again.',
  'has-account':
    'There is already an account with a password for your address. Open your invitation and join with that password.',
  failed: 'Signing in through the other server did not work. Try again.',
}

/** Ways in beside the password: other servers, and a letter for who forgot it. */
export function OtherWays({ email }: { readonly email: string }) {
  const options = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: ({ signal }) => call(endpoints.readSignInOptions, { signal }),
  })
  const ask = useMutation({ mutationFn: () => call(endpoints.askPasswordReset, { body: { email } }) })
  const refused = Object.entries(refusals).find(
    ([reason]) => reason === new URLSearchParams(window.location.search).get('refused'),
  )
  return (
    <div className="other-ways">
      {refused && (
        <p className="note bad" role="alert">
          <span className="grow">{refused[1]}</span>
        </p>
      )}
      {options.data?.providers.map(({ id, name }) => (
        <a key={id} className="btn" href={`/api/sign-in/through/${id}`}>
          Sign in with {name}
        </a>
      ))}
      {options.data?.sendsMail && (
        <button type="button" className="btn q" disabled={email === '' || ask.isPending} onClick={() => ask.mutate()}>
          Forgot the password
        </button>
      )}
      <p className="meta" role="status">
        {ask.isSuccess && `If there is an account for ${email}, a letter is on its way.`}
        {ask.error && sentenceOf(ask.error)}
      </p>
    </div>
  )
}

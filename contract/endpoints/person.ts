import { Done, define } from '../endpoint.ts'
import { Me, SetupInput, SetupState, SignInInput } from '../person.ts'

export const personEndpoints = {
  readSetup: define({
    method: 'GET',
    path: '/api/setup',
    summary: 'Whether the first owner is still to be made',
    isOpen: true,
    output: SetupState,
    errors: [],
  }),
  setUp: define({
    method: 'POST',
    path: '/api/setup',
    summary: 'Make the first owner and sign in',
    isOpen: true,
    body: SetupInput,
    output: Me,
    errors: ['conflict', 'forbidden'],
  }),
  enterDemo: define({
    method: 'POST',
    path: '/api/demo/session',
    summary: 'Walk into the demo, where the server has one',
    isOpen: true,
    output: Me,
    errors: ['not-found'],
  }),
  signIn: define({
    method: 'POST',
    path: '/api/session',
    summary: 'Sign in',
    isOpen: true,
    body: SignInInput,
    output: Me,
    errors: ['wrong-credentials'],
  }),
  signOut: define({ method: 'DELETE', path: '/api/session', summary: 'Sign out', output: Done, errors: [] }),
  me: define({ method: 'GET', path: '/api/me', summary: 'Who I am and what I may do', output: Me, errors: [] }),
}

import { useQueryClient } from '@tanstack/react-query'
import { KnownError } from '../contract/error.ts'
import { sentenceOf } from './client/call-error.ts'
import { keys, useMe, useSetup } from './client/queries.ts'
import { Skeleton } from './controls/skeleton.tsx'
import { SetUpPage } from './sign-in/set-up-page.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { Workspace } from './workspace.tsx'

/** Decides what a visitor sees: the first owner's form, the way in, or the conversations. */
export function Shell() {
  const client = useQueryClient()
  const setup = useSetup()
  const me = useMe(setup.data !== undefined)
  const enter = (value: unknown) => client.setQueryData(keys.me, value)
  const failure = setup.error ?? (me.error instanceof KnownError && me.error.code === 'not-signed-in' ? null : me.error)
  if (failure)
    return (
      <main className="lone">
        <h1 className="qh">QRY cannot be reached</h1>
        <p className="dim">{sentenceOf(failure)}</p>
        <button type="button" className="btn p" onClick={() => void (setup.error ? setup.refetch() : me.refetch())}>
          Try again
        </button>
      </main>
    )
  if (me.data) return <Workspace me={me.data} />
  if (me.error && setup.data?.isNeeded)
    return <SetUpPage needsCode={setup.data.needsCode} demo={setup.data.demo} onEntered={enter} />
  if (me.error) return <SignInPage demo={setup.data?.demo ?? null} onEntered={enter} />
  return (
    <main className="lone">
      <Skeleton lines={3} label="Loading" />
    </main>
  )
}

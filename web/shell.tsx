import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { KnownError } from '../contract/error.ts'
import type { Me } from '../contract/person.ts'
import { sentenceOf } from './client/call-error.ts'
import { setFirstSteps } from './client/first-steps.ts'
import { keys, useMe, useSetup } from './client/queries.ts'
import { Skeleton } from './controls/skeleton.tsx'
import { InvitationPage } from './sign-in/invitation-page.tsx'
import { ResetPage } from './sign-in/reset-page.tsx'
import { SetUpPage } from './sign-in/set-up-page.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { Workspace } from './workspace.tsx'

const CONTINUE_PATH = '/continue'
const WISH = 'qry-after-sign-in'

/** Whoever follows a shared page's link and has to sign in first comes back to it, through whichever way in. */
const keepWish = () => sessionStorage.setItem(WISH, window.location.pathname + window.location.search)

function takeWish(): string | null {
  const wish = sessionStorage.getItem(WISH)
  sessionStorage.removeItem(WISH)
  return wish
}

/** Decides what a visitor sees: the first owner's form, the way in, or the conversations. */
export function Shell() {
  const client = useQueryClient()
  const [path, navigate] = useLocation()
  const setup = useSetup()
  // NOTE: asking who is signed in before anybody can be would put an error into the console.
  const mayBeSignedIn = setup.data !== undefined && (!setup.data.isNeeded || setup.data.demo !== null)
  const me = useMe(mayBeSignedIn)
  const enter = (value: unknown) => client.setQueryData(keys.me, value)
  const isIn = me.data !== undefined
  useEffect(() => {
    if (!isIn) {
      if (path === CONTINUE_PATH) keepWish()
      return
    }
    const wish = takeWish()
    if (wish && path === '/') navigate(wish, { replace: true })
  }, [isIn, path, navigate])
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
  const token = window.location.hash.slice(1)
  if (path === '/reset') return <ResetPage token={token} />
  if (path === '/invitation')
    return (
      <InvitationPage
        token={token}
        onEntered={(entered) => {
          enter(entered)
          navigate('/', { replace: true })
        }}
      />
    )
  if (me.data) return <Workspace me={me.data} />
  if (setup.data?.isNeeded && (me.error || !mayBeSignedIn))
    return (
      <SetUpPage
        needsCode={setup.data.needsCode}
        demo={setup.data.demo}
        onMade={(made: Me) => {
          setFirstSteps(made.user.id, { step: 'data' })
          if (path !== CONTINUE_PATH) navigate('/welcome', { replace: true })
          enter(made)
        }}
        onEntered={enter}
      />
    )
  if (me.error)
    return (
      <SignInPage
        demo={setup.data?.demo ?? null}
        lead={path === CONTINUE_PATH ? 'Then continue with the data of the shared page.' : undefined}
        onEntered={enter}
      />
    )
  return (
    <main className="lone">
      <Skeleton lines={3} label="Loading" />
    </main>
  )
}

import { type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import type { Me } from '../../contract/person.ts'
import { setFirstSteps, steps, useFirstSteps } from '../client/first-steps.ts'
import { BringData } from './bring-data.tsx'
import { DemoQuestions } from './demo-questions.tsx'

const stepTitles = { data: 'bring data', model: 'connect a model', ask: 'ask' }

/** The empty start: bring a file, and a conversation begins with it. */
export function StartPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const [, navigate] = useLocation()
  const open = (id: string) => navigate(`/c/${id}`)
  const first = useFirstSteps(me.user.id)
  useEffect(() => {
    document.title = 'Start · QRY'
  }, [])
  return (
    <div className="st">
      <header>
        {start}
        <span className="meta push">{me.tenant.name}</span>
      </header>
      <main id="main">
        {first && (
          <p className="resume">
            <span className="grow">
              The first steps wait at step {steps.indexOf(first.step) + 1} of {steps.length}: {stepTitles[first.step]}.
            </span>
            <Link className="btn" href="/welcome">
              Go on
            </Link>
            <button type="button" className="btn q" onClick={() => setFirstSteps(me.user.id, undefined)}>
              Leave them
            </button>
          </p>
        )}
        <section className="hero">
          <div>
            <h1>Ask your data. Share the answer, frozen.</h1>
            <p className="l1">
              Drop a file and ask in your own words. QRY shows how it read the question, runs it, and keeps the result exactly as
              it came.
            </p>
          </div>
          <BringData me={me} databasePath="/sources/new" onBegun={open} />
        </section>
        {me.permissions.includes('conversations:create') && <DemoQuestions onBegun={open} />}
      </main>
    </div>
  )
}

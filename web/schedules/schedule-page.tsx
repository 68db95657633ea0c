import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import type { Me } from '../../contract/person.ts'
import type { Schedule, ScheduleRun } from '../../contract/schedule.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useNextTimes, useSchedule, useScheduleChanges } from '../client/schedule-queries.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { formatDuration } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import { alertWords, deliveryWords, stateWords } from './schedule-words.ts'
import { StateTag } from './schedules-page.tsx'
import { momentIn, whenWords } from './when-fields.ts'
import './schedules.css'

interface PageProps {
  readonly id: string
  readonly me: Me
  readonly start: ReactNode
}

/** One schedule: what it does, when it runs next, and what came of its runs. */
export function SchedulePage({ id, me, start }: PageProps) {
  const { data, error, refetch } = useSchedule(id)
  const name = data?.schedule.name
  useEffect(() => {
    document.title = `${name ?? 'Schedule'} · QRY`
  }, [name])
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut" title={name}>
          {name ?? 'Schedule'}
        </h1>
        {data && <Actions schedule={data.schedule} />}
      </header>
      <main id="main" className="schedules">
        {data ? (
          <>
            <StoppedNote schedule={data.schedule} />
            <Facts schedule={data.schedule} zone={me.user.timeZone} />
            <Runs runs={data.runs} schedule={data.schedule} zone={me.user.timeZone} />
          </>
        ) : error ? (
          <div className="lone">
            <h2 className="qh">This did not load</h2>
            <p className="dim">{sentenceOf(error)}</p>
            <div className="row">
              <button type="button" className="btn" onClick={() => void refetch()}>
                Try again
              </button>
              <Link className="btn q" href="/schedules">
                All schedules
              </Link>
            </div>
          </div>
        ) : (
          <Skeleton lines={6} label="Loading the schedule" />
        )}
      </main>
    </>
  )
}

function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { id, name, isPaused, stopped, nextRunAt, lastRun } = schedule
  const { change, run, remove, restore } = useScheduleChanges()
  const [, navigate] = useLocation()
  const toast = useToast()
  const announce = useAnnounce()
  const onError = (error: unknown) => toast({ text: sentenceOf(error) })
  const isResting = isPaused || stopped !== null
  const isUnderWay = lastRun?.state === 'waiting' || lastRun?.state === 'running'
  const drop = () =>
    remove.mutate(id, {
      onError,
      onSuccess: () => {
        navigate('/schedules', { replace: true })
        // NOTE: this page is gone by then, and with it what `mutate` would call.
        const bringBack = () => void restore.mutateAsync(id).then(() => navigate(`/schedules/${id}`), onError)
        toast({ text: `Deleted “${name}”.`, action: { label: 'Undo', run: bringBack } })
      },
    })
  return (
    <>
      <span className="push">
        <StateTag item={schedule} />
      </span>
      <button
        type="button"
        className="btn"
        disabled={run.isPending || isUnderWay}
        onClick={() => run.mutate(id, { onError, onSuccess: () => announce('Runs now.') })}
      >
        {isUnderWay ? 'Running' : 'Run now'}
      </button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="btn q icon" aria-label="More for this schedule">
          <Icon name="dots" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6}>
          <DropdownMenu.Item className="item" onSelect={() => navigate(`/schedules/${id}/edit`)}>
            <Icon name="pencil" />
            Edit
          </DropdownMenu.Item>
          {(isResting || nextRunAt) && (
            <DropdownMenu.Item
              className="item"
              onSelect={() =>
                change.mutate(
                  { id, isPaused: !isResting },
                  { onError, onSuccess: () => announce(isResting ? 'Resumed.' : 'Paused.') },
                )
              }
            >
              <Icon name={isResting ? 'clock' : 'stop'} />
              {isResting ? 'Resume' : 'Pause'}
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Separator className="line" />
          <DropdownMenu.Item className="item bad" onSelect={drop}>
            <Icon name="bin" />
            Delete
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </>
  )
}

function StoppedNote({ schedule: { id, stopped } }: { readonly schedule: Schedule }) {
  const { change } = useScheduleChanges()
  const toast = useToast()
  if (!stopped) return null
  return (
    <div className="note bad" role="alert">
      <span className="grow">{stopped.message}</span>
      <button
        type="button"
        className="btn"
        disabled={change.isPending}
        onClick={() => change.mutate({ id, isPaused: false }, { onError: (error) => toast({ text: sentenceOf(error) }) })}
      >
        Resume
      </button>
    </div>
  )
}

function Facts({ schedule, zone }: { readonly schedule: Schedule; readonly zone: string | null }) {
  const { subject, subjectTitle, time, nextRunAt, alert } = schedule
  const times = useNextTimes(time).data?.times.slice(0, 3) ?? []
  const home = subject.kind === 'question' ? `/c/${subject.conversationId}` : `/dashboards/${subject.dashboardId}`
  const where =
    subjectTitle === '' ? <span className="dim">gone, or not yours any more</span> : <Link href={home}>{subjectTitle}</Link>
  return (
    <dl className="facts">
      <div>
        <dt>{subject.kind === 'question' ? 'Asks' : 'Refreshes'}</dt>
        <dd>
          {subject.kind === 'question' ? (
            <>
              <span className={subject.question.startsWith('/') ? 'mono' : undefined}>{subject.question}</span>
              <span className="meta">in {where}</span>
            </>
          ) : (
            where
          )}
        </dd>
      </div>
      <div>
        <dt>When</dt>
        <dd>
          {whenWords(time)}
          <span className="meta">by the clock of {time.zone}</span>
        </dd>
      </div>
      <div>
        <dt>Next</dt>
        <dd className="num">
          {nextRunAt ? times.map((at) => <span key={at}>{momentIn(at, zone)}</span>) : 'Not any more'}
          {nextRunAt && zone && zone !== time.zone && <span className="meta">in your zone, {zone}</span>}
        </dd>
      </div>
      <div>
        <dt>Goes to</dt>
        <dd>
          {deliveryWords(schedule)}
          {alert && <span className="meta">{alertWords(alert)}</span>}
        </dd>
      </div>
    </dl>
  )
}

interface RunsProps {
  readonly runs: readonly ScheduleRun[]
  readonly schedule: Schedule
  readonly zone: string | null
}

function Runs({ runs, schedule, zone }: RunsProps) {
  if (runs.length === 0)
    return <p className="dim">It has not run yet. “Run now” tries it at once, without waiting for its time.</p>
  return (
    <section className="tbl runs" aria-label="Runs">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll" tabIndex={0} aria-label="Runs, scrolls sideways">
        <table>
          <thead>
            <tr>
              {['Outcome', 'What came of it', 'When'].map((head) => (
                <th key={head} scope="col">
                  <span>{head}</span>
                </th>
              ))}
              <th scope="col" className="n">
                <span>Took</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <RunLine key={run.id} run={run} schedule={schedule} zone={zone} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function RunLine({ run, schedule, zone }: { readonly run: ScheduleRun } & Pick<RunsProps, 'schedule' | 'zone'>) {
  const { state, isByHand, dueAt, startedAt, endedAt, message, turnId } = run
  const took = startedAt && endedAt ? formatDuration(Date.parse(endedAt) - Date.parse(startedAt)) : undefined
  const { subject } = schedule
  return (
    <tr>
      <td>
        <span className={state === 'failed' ? 'tag bad' : state === 'sent' ? 'tag live' : 'tag'}>{stateWords[state]}</span>
      </td>
      <td className="what">
        {message} {turnId && subject.kind === 'question' && <Link href={`/c/${subject.conversationId}`}>See the answer</Link>}
      </td>
      <td className="num">
        {momentIn(dueAt, zone)}
        {isByHand && ', by hand'}
      </td>
      <td className={took ? 'n' : 'n null'}>{took ?? '–'}</td>
    </tr>
  )
}

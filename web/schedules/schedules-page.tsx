import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Me } from '../../contract/person.ts'
import type { Schedule } from '../../contract/schedule.ts'
import { useSchedules } from '../client/schedule-queries.ts'
import { Icon } from '../controls/icon.tsx'
import { ListPage } from '../controls/list-page.tsx'
import { deliveryWords, stateWords } from './schedule-words.ts'
import { momentIn, whenWords } from './when-fields.ts'
import './schedules.css'

/** What I asked to be done later, the next one's time beside each. */
export function SchedulesPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const schedules = useSchedules()
  const mayCreate = me.permissions.includes('schedules:create')
  return (
    <ListPage
      title="Schedules"
      start={start}
      place="schedules"
      list={schedules}
      action={
        mayCreate && (
          <Link className="btn p" href="/schedules/new">
            <Icon name="plus" />
            New schedule
          </Link>
        )
      }
      empty={{
        title: 'Nothing is scheduled',
        text: mayCreate
          ? 'Have a question asked every Monday at nine, or a dashboard refreshed each night, and get the answer by e-mail or Telegram: always, or only when a number is above yours.'
          : 'Your role here does not include schedules. An admin can change that.',
        more: mayCreate && <p className="meta">The menu of a conversation or a dashboard has “Schedule…” too.</p>,
      }}
    >
      {(item) => <Entry key={item.id} item={item} zone={me.user.timeZone} />}
    </ListPage>
  )
}

function Entry({ item, zone }: { readonly item: Schedule; readonly zone: string | null }) {
  const { id, name, time, nextRunAt, lastRun } = item
  return (
    <li>
      <Link href={`/schedules/${id}`}>
        <Icon name="clock" />
        <span className="grow">
          <b className="cut">{name}</b>
          <span className="meta cut num">
            {whenWords(time)}, to {deliveryWords(item)}
          </span>
        </span>
        <StateTag item={item} />
        <span className="meta num next">
          {nextRunAt ? `Next ${momentIn(nextRunAt, zone)}` : lastRun?.endedAt ? `Last ${momentIn(lastRun.endedAt, zone)}` : ''}
        </span>
        <Icon name="right" />
      </Link>
    </li>
  )
}

/** What needs a look comes first: stopped, paused, under way, failed. */
export function StateTag({ item: { isPaused, stopped, nextRunAt, lastRun } }: { readonly item: Schedule }) {
  if (stopped) return <span className="tag bad">Stopped</span>
  if (isPaused) return <span className="tag warn">Paused</span>
  if (lastRun && (lastRun.state === 'running' || lastRun.state === 'waiting'))
    return <span className="tag live">{stateWords[lastRun.state]}</span>
  if (lastRun?.state === 'failed') return <span className="tag bad">Failed</span>
  return nextRunAt ? null : <span className="tag">Over</span>
}

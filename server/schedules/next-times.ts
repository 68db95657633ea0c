import { Cron } from 'croner'
import { KnownError } from '../../contract/error.ts'
import type { ScheduleTime } from '../../contract/schedule.ts'

/**
 * The next times after `after`, at most `count`. By the clock of the zone: a time that a change to summer time leaves out comes as much later as
 * the clock was moved, a time of the doubled hour comes once; what runs every hour runs every real hour.
 * Throws `invalid-input` for a pattern that is none.
 */
export function nextTimes(time: ScheduleTime, after: Date, count: number): Date[] {
  try {
    return time.kind === 'once'
      ? new Cron(`${time.at}:00`, { timezone: time.zone, paused: true }).nextRuns(1, after)
      : new Cron(time.pattern, { timezone: time.zone, paused: true, mode: '5-part' }).nextRuns(count, after)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : ''
    throw new KnownError('invalid-input', `This is no time to run at: ${reason}`, { cause })
  }
}

/** The next time; null when there is none any more. */
export const nextTime = (time: ScheduleTime, after: Date): Date | null => nextTimes(time, after, 1)[0] ?? null

import type { RunState, Schedule, ScheduleAlert } from '../../contract/schedule.ts'
import { counted, listed } from '../controls/format-text.ts'

export const stateWords: Readonly<Record<RunState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  sent: 'Done',
  quiet: 'No reason to send',
  held: 'Kept quiet',
  failed: 'Failed',
}

/** Where the answer goes beside its page. */
export function deliveryWords({ delivery: { email, telegram }, subject }: Pick<Schedule, 'delivery' | 'subject'>): string {
  const home = subject.kind === 'dashboard' ? 'the dashboard' : 'the conversation'
  return listed([home, ...(email ? ['e-mail'] : []), ...(telegram ? ['Telegram'] : [])])
}

export const cooldowns: readonly (readonly [string, string])[] = [
  ['0', 'No time'],
  ['60', 'An hour'],
  ['360', 'Six hours'],
  ['1440', 'A day'],
  ['10080', 'A week'],
]

const cooldownWords = (minutes: number): string =>
  cooldowns.find(([value]) => value === String(minutes))?.[1].toLowerCase() ?? counted(minutes, 'minute')

/** When it sends, in a sentence; empty when it always does. */
export function alertWords(alert: ScheduleAlert | null): string {
  if (!alert) return ''
  const { when, column, value, cooldownMinutes } = alert
  const reason = {
    rows: 'the result has rows',
    'no-rows': 'the result has no rows',
    above: `${column ?? 'the number'} is above ${value ?? 0}`,
    below: `${column ?? 'the number'} is below ${value ?? 0}`,
    changed: 'the result has changed',
  }[when]
  return `Only when ${reason}${cooldownMinutes > 0 ? `, and not again for ${cooldownWords(cooldownMinutes)}` : ''}`
}

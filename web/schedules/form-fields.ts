import { ConversationId, DashboardId, TileId } from '../../contract/id.ts'
import type { Schedule, ScheduleAlert, ScheduleInput, ScheduleSubject } from '../../contract/schedule.ts'
import { fieldsOf, ownZone, timeOf, type WhenFields } from './when-fields.ts'

/** All that the form asks for, as text and ticks. */
export interface FormFields {
  readonly name: string
  readonly kind: ScheduleSubject['kind']
  readonly conversationId: string
  readonly question: string
  readonly keepsOne: boolean
  readonly dashboardId: string
  readonly when: WhenFields
  readonly email: boolean
  readonly telegram: boolean
  readonly alert: 'always' | ScheduleAlert['when']
  readonly column: string
  readonly value: string
  readonly tileId: string
  readonly cooldown: string
}

/** An empty form: tomorrow's date, nine every morning by the person's clock, by e-mail where that is open. */
export function newFields(
  given: { readonly conversationId: string | null; readonly dashboardId: string | null; readonly question: string | null },
  zone: string | null,
  now: Date,
): FormFields {
  return {
    name: '',
    kind: given.dashboardId ? 'dashboard' : 'question',
    conversationId: given.conversationId ?? '',
    question: given.question ?? '',
    keepsOne: false,
    dashboardId: given.dashboardId ?? '',
    when: {
      often: 'day',
      date: new Date(now.getTime() + 86_400_000).toLocaleDateString('sv-SE'),
      clock: '09:00',
      weekday: '1',
      day: '1',
      pattern: '0 9 * * *',
      zone: zone ?? ownZone(),
    },
    email: false,
    telegram: false,
    alert: 'always',
    column: '',
    value: '',
    tileId: '',
    cooldown: '0',
  }
}

export function fieldsOfSchedule({ name, subject, time, delivery, alert }: Schedule, now: Date): FormFields {
  const plain = newFields({ conversationId: null, dashboardId: null, question: null }, time.zone, now)
  return {
    ...plain,
    ...delivery,
    name,
    kind: subject.kind,
    ...(subject.kind === 'question'
      ? { conversationId: subject.conversationId, question: subject.question, keepsOne: subject.answers === 'latest' }
      : { dashboardId: subject.dashboardId }),
    when: fieldsOf(time, plain.when),
    ...(alert
      ? {
          alert: alert.when,
          column: alert.column ?? '',
          value: alert.value === undefined ? '' : String(alert.value),
          tileId: alert.tileId ?? '',
          cooldown: String(alert.cooldownMinutes),
        }
      : {}),
  }
}

/** What is sent, or what is still missing, in a sentence. */
export function inputOf(fields: FormFields, before?: Schedule): ScheduleInput | string {
  const subject = subjectOf(fields, before)
  if (typeof subject === 'string') return subject
  const needsNumber = fields.alert === 'above' || fields.alert === 'below'
  if (needsNumber && (fields.value.trim() === '' || Number.isNaN(Number(fields.value))))
    return 'Write the number to compare with.'
  if (needsNumber && fields.kind === 'dashboard' && fields.tileId === '') return 'Choose the tile that the alert looks at.'
  const title = subject.kind === 'question' ? subject.question : 'Refresh'
  return {
    name: fields.name.trim() || title.slice(0, 200),
    subject,
    time: timeOf(fields.when),
    delivery: { email: fields.email, telegram: fields.telegram },
    alert: alertOf(fields, needsNumber),
  }
}

function subjectOf(fields: FormFields, before: Schedule | undefined): ScheduleSubject | string {
  if (fields.kind === 'dashboard') {
    const id = DashboardId.safeParse(fields.dashboardId)
    return id.success ? { kind: 'dashboard', dashboardId: id.data } : 'Choose a dashboard.'
  }
  const id = ConversationId.safeParse(fields.conversationId)
  if (!id.success) return 'Choose a conversation.'
  if (fields.question.trim() === '') return 'Write the question.'
  const kept = before?.subject.kind === 'question' ? before.subject : undefined
  return {
    kind: 'question',
    conversationId: id.data,
    question: fields.question.trim(),
    answers: fields.keepsOne ? 'latest' : 'each',
    ...(kept?.analyst ? { analyst: kept.analyst } : {}),
    ...(kept?.modelId ? { modelId: kept.modelId } : {}),
  }
}

function alertOf({ alert, column, value, tileId, cooldown, kind }: FormFields, needsNumber: boolean): ScheduleAlert | null {
  if (alert === 'always') return null
  const tile = TileId.safeParse(tileId)
  return {
    when: alert,
    ...(needsNumber ? { value: Number(value) } : {}),
    ...(needsNumber && column.trim() !== '' ? { column: column.trim() } : {}),
    ...(kind === 'dashboard' && tile.success ? { tileId: tile.data } : {}),
    cooldownMinutes: Number(cooldown),
  }
}

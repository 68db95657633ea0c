import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import type { DeliveryWays, Schedule } from '../../contract/schedule.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useSchedule, useScheduleChanges, useSchedules } from '../client/schedule-queries.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { TextField } from '../controls/text-field.tsx'
import { AlertPart } from './alert-part.tsx'
import { type FormFields, fieldsOfSchedule, inputOf, newFields } from './form-fields.ts'
import { SubjectPart } from './subject-part.tsx'
import { WhenPart } from './when-part.tsx'
import './schedules.css'

interface PageProps {
  readonly me: Me
  readonly start: ReactNode
}

/** A new schedule; the conversation, question or dashboard that it was opened from comes filled in. */
export function NewSchedulePage({ me, start }: PageProps) {
  const said = new URLSearchParams(useSearch())
  const ways = useSchedules().data?.ways
  const given = {
    conversationId: said.get('conversation'),
    dashboardId: said.get('dashboard'),
    question: said.get('question'),
  }
  return (
    <FormPage title="New schedule" start={start}>
      {ways ? (
        <ScheduleForm
          given={{ ...newFields(given, me.user.timeZone, new Date()), email: ways.email.isOpen }}
          ways={ways}
          zone={me.user.timeZone}
        />
      ) : (
        <Skeleton lines={6} label="Loading the form" />
      )}
    </FormPage>
  )
}

export function ChangeSchedulePage({ id, me, start }: PageProps & { readonly id: string }) {
  const { data, error } = useSchedule(id)
  const ways = useSchedules().data?.ways
  return (
    <FormPage title={data ? `Edit ${data.schedule.name}` : 'Edit the schedule'} start={start}>
      {error ? (
        <p className="note bad" role="alert">
          {sentenceOf(error)}
        </p>
      ) : data && ways ? (
        <ScheduleForm
          given={fieldsOfSchedule(data.schedule, new Date())}
          schedule={data.schedule}
          ways={ways}
          zone={me.user.timeZone}
        />
      ) : (
        <Skeleton lines={6} label="Loading the schedule" />
      )}
    </FormPage>
  )
}

function FormPage({
  title,
  start,
  children,
}: {
  readonly title: string
  readonly start: ReactNode
  readonly children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · QRY`
  }, [title])
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">{title}</h1>
      </header>
      <main id="main" className="schedules narrow">
        {children}
      </main>
    </>
  )
}

interface FormProps {
  readonly given: FormFields
  readonly schedule?: Schedule
  readonly ways: DeliveryWays
  readonly zone: string | null
}

function ScheduleForm({ given, schedule, ways, zone }: FormProps) {
  const [fields, setFields] = useState(given)
  const [lacks, setLacks] = useState<string>()
  const [, navigate] = useLocation()
  const { refresh } = useScheduleChanges()
  const set = (change: Partial<FormFields>) => {
    setLacks(undefined)
    setFields((now) => ({ ...now, ...change }))
  }
  const save = useMutation({
    mutationFn: (body: Exclude<ReturnType<typeof inputOf>, string>) =>
      schedule ? call(endpoints.changeSchedule, { params: { id: schedule.id }, body }) : call(endpoints.createSchedule, { body }),
    onSuccess: ({ id }) => {
      void refresh()
      navigate(`/schedules/${id}`, { replace: true })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const input = inputOf(fields, schedule)
    if (typeof input === 'string') setLacks(input)
    else if (!save.isPending) save.mutate(input)
  }
  const problem = lacks ?? (save.error ? sentenceOf(save.error) : undefined)
  return (
    <form className="schedule-form" onSubmit={submit} noValidate>
      <SubjectPart fields={fields} onSet={set} />
      <WhenPart when={fields.when} zone={zone} onSet={(when) => set({ when: { ...fields.when, ...when } })} />
      <DeliveryPart fields={fields} ways={ways} onSet={set} />
      <AlertPart fields={fields} onSet={set} />
      <fieldset>
        <legend>Name</legend>
        <TextField
          label="What it is called"
          maxLength={200}
          placeholder={fields.kind === 'question' ? fields.question.slice(0, 80) : 'Refresh'}
          hint="The subject of its letters."
          value={fields.name}
          onChange={(event) => set({ name: event.target.value })}
        />
      </fieldset>
      {problem && (
        <p className="note bad" role="alert">
          <span className="grow">{problem}</span>
        </p>
      )}
      <footer className="row">
        <Link className="btn q push" href={schedule ? `/schedules/${schedule.id}` : '/schedules'}>
          Cancel
        </Link>
        <button type="submit" className="btn p" disabled={save.isPending}>
          {schedule ? 'Save' : 'Schedule it'}
        </button>
      </footer>
    </form>
  )
}

interface DeliveryProps {
  readonly fields: FormFields
  readonly ways: DeliveryWays
  readonly onSet: (change: Partial<FormFields>) => void
}

function DeliveryPart({ fields, ways, onSet }: DeliveryProps) {
  const home = fields.kind === 'question' ? 'The answer stands in the conversation' : 'The dashboard shows it'
  return (
    <fieldset>
      <legend>Where it goes</legend>
      <p className="meta">{home} in any case.</p>
      <div>
        <Tick
          label="By e-mail"
          hint={ways.email.hint || 'Charts as pictures, tables with a CSV file.'}
          isOn={fields.email}
          isOpen={ways.email.isOpen}
          onTick={(email) => onSet({ email })}
        />
        <Tick
          label="In Telegram"
          hint={ways.telegram.hint || 'In the chat that you linked.'}
          isOn={fields.telegram}
          isOpen={ways.telegram.isOpen}
          onTick={(telegram) => onSet({ telegram })}
        />
      </div>
    </fieldset>
  )
}

interface TickProps {
  readonly label: string
  readonly hint: string
  readonly isOn: boolean
  readonly isOpen: boolean
  readonly onTick: (isOn: boolean) => void
}

function Tick({ label, hint, isOn, isOpen, onTick }: TickProps) {
  return (
    <label className="tick">
      <input
        className="c"
        type="checkbox"
        checked={isOn}
        disabled={!isOpen && !isOn}
        onChange={(event) => onTick(event.target.checked)}
      />
      <span>
        {label}
        <span className="meta">{hint}</span>
      </span>
    </label>
  )
}

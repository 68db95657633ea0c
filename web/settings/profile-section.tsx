import { type FormEvent, useState } from 'react'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { fieldErrorsOf, sentenceOf } from '../client/call-error.ts'
import { keys } from '../client/queries.ts'
import { SelectField } from '../controls/select-field.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Block, Section } from './section.tsx'
import { useAct } from './use-act.ts'

const offeredLocales = 'cs-CZ da-DK de-AT de-CH de-DE en-GB en-US es-ES fi-FI fr-FR it-IT ja-JP nl-NL pl-PL pt-BR sv-SE uk-UA'

const localeName = (locale: string): string => new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale

/** What is chosen stands in the list, too, when it is not one of the offered. */
const withChosen = (offered: readonly string[], chosen: string | null): readonly string[] =>
  chosen === null || offered.includes(chosen) ? offered : [chosen, ...offered]

/** How I am called, and how dates and times read for me. */
export function ProfileSection({ me: { user, role, tenant } }: { readonly me: Me }) {
  const [name, setName] = useState(user.name)
  const [timeZone, setTimeZone] = useState(user.timeZone)
  const [locale, setLocale] = useState(user.locale)
  const save = useAct(() => call(endpoints.changeMe, { body: { name: name.trim(), timeZone, locale } }), {
    refresh: [keys.me],
    said: () => ({ text: 'Profile saved.' }),
    isForm: true,
  })
  const wrong = fieldErrorsOf(save.error)
  const isChanged = name.trim() !== user.name || timeZone !== user.timeZone || locale !== user.locale
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate(undefined)
  }
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Section title="Profile" lead={`${user.email}, ${role} of ${tenant.name}.`}>
      <form onSubmit={submit} noValidate>
        <Block title="You">
          <TextField
            label="Name"
            autoComplete="name"
            maxLength={100}
            value={name}
            error={wrong['name']}
            hint="Colleagues see it beside your conversations and links. Readers of a link never do."
            onChange={(event) => setName(event.target.value)}
          />
        </Block>
        <Block title="Dates and times">
          <SelectField
            label="Time zone"
            value={timeZone ?? ''}
            choices={[
              ['', `As this browser: ${here}`],
              ...withChosen(Intl.supportedValuesOf('timeZone'), timeZone).map(
                (zone) => [zone, zone.replaceAll('_', ' ')] as const,
              ),
            ]}
            onPick={(value) => setTimeZone(value || null)}
          />
          <SelectField
            label="Language of dates and numbers"
            value={locale ?? ''}
            choices={[
              ['', 'English (United Kingdom)'],
              ...withChosen(offeredLocales.split(' '), locale).map((code) => [code, localeName(code)] as const),
            ]}
            onPick={(value) => setLocale(value || null)}
          />
        </Block>
        {save.error && Object.keys(wrong).length === 0 && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(save.error)}</span>
          </p>
        )}
        <Block>
          <button type="submit" className="btn p" disabled={save.isPending || !isChanged}>
            {save.isPending ? 'Saving' : 'Save'}
          </button>
        </Block>
      </form>
    </Section>
  )
}

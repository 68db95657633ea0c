import type { ReactNode } from 'react'
import { Link, Redirect } from 'wouter'
import type { Me } from '../../contract/person.ts'
import { type SettingsSection, sectionsOf } from './sections.tsx'
import './settings.css'

/** Settings: of oneself, and of the organisation as far as one's permissions reach. */
export function SettingsPage({
  section,
  me,
  start,
}: {
  readonly section: string | undefined
  readonly me: Me
  readonly start: ReactNode
}) {
  const sections = sectionsOf(me)
  const shown = sections.find(({ name }) => name === section)
  if (!shown) return <Redirect to={`/settings/${sections[0]?.name ?? ''}`} replace />
  return (
    <div className="settings">
      <div className="settings-top only-s">{start}</div>
      <nav className="settings-nav" aria-label="Settings">
        <SectionList label="You" sections={sections.filter(({ isOwn }) => isOwn)} shown={shown} />
        <SectionList label={me.tenant.name} sections={sections.filter(({ isOwn }) => !isOwn)} shown={shown} />
      </nav>
      <main id="main" className="settings-page" key={shown.name}>
        <shown.View me={me} />
      </main>
    </div>
  )
}

/** On a phone the list scrolls sideways. */
const bringIntoView = (link: HTMLElement | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'center' })

function SectionList({
  label,
  sections,
  shown,
}: {
  readonly label: string
  readonly sections: readonly SettingsSection[]
  readonly shown: SettingsSection
}) {
  if (sections.length === 0) return null
  return (
    <>
      <p className="meta cut">{label}</p>
      <ul aria-label={label}>
        {sections.map((section) => (
          <li key={section.name}>
            <Link
              href={`/settings/${section.name}`}
              aria-current={section.name === shown.name ? 'page' : undefined}
              ref={section.name === shown.name ? bringIntoView : undefined}
            >
              {section.label}
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

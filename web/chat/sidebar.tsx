import { useMutation, useQueryClient } from '@tanstack/react-query'
import { DropdownMenu } from 'radix-ui'
import { useId, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useOwnTenants } from '../client/queries.ts'
import { Icon, type IconName, Mark } from '../controls/icon.tsx'
import { themes, useTheme } from '../controls/theme.ts'
import { useToast } from '../controls/toast.tsx'
import { ConversationList } from './conversation-list.tsx'
import { SearchResults } from './search-results.tsx'

const themeNames = { system: 'Theme of the system', light: 'Light', dark: 'Dark' }

/** A page beside conversations, as the sidebar's foot names it. */
export interface Place {
  readonly path: string
  readonly label: string
  readonly icon: IconName
}

export function Sidebar({
  me,
  places,
  onLeave,
}: {
  readonly me: Me
  readonly places: readonly Place[]
  readonly onLeave?: () => void
}) {
  const findId = useId()
  const [sought, setSought] = useState('')
  const [, navigate] = useLocation()
  const start = () => {
    onLeave?.()
    navigate('/')
  }
  return (
    <>
      <div className="row top">
        <Link href="/" className="mark-link" aria-label="QRY, start">
          <Mark />
        </Link>
        <button type="button" className="btn q icon push" aria-label="New conversation" onClick={start}>
          <Icon name="plus" />
        </button>
      </div>
      <label className="sr" htmlFor={findId}>
        Search
      </label>
      <div className="find">
        <Icon name="find" />
        <input
          id={findId}
          type="search"
          className="field"
          placeholder="Search questions, SQL"
          maxLength={200}
          value={sought}
          onChange={(event) => setSought(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setSought('')
          }}
        />
      </div>
      {sought.trim() === '' ? <ConversationList /> : <SearchResults sought={sought.trim()} />}
      <SidebarFoot me={me} places={places} />
    </>
  )
}

function SidebarFoot({ me, places }: { readonly me: Me; readonly places: readonly Place[] }) {
  const [path] = useLocation()
  const client = useQueryClient()
  const toast = useToast()
  const [theme, setTheme] = useTheme()
  const signOut = useMutation({
    mutationFn: () => call(endpoints.signOut, {}),
    onSuccess: () => {
      sessionStorage.clear()
      window.location.assign('/')
      client.clear()
    },
    onError: (error) => toast({ text: sentenceOf(error) }),
  })
  const others = (useOwnTenants().data?.items ?? []).filter(({ isCurrent }) => !isCurrent)
  const enter = useMutation({
    mutationFn: (id: string) => call(endpoints.enterTenant, { params: { id } }),
    onSuccess: () => {
      sessionStorage.clear()
      window.location.assign('/')
    },
    onError: (error) => toast({ text: sentenceOf(error) }),
  })
  return (
    <div className="foot">
      {places.length > 0 && (
        <ul>
          {places.map(({ path: to, label, icon }) => (
            <li key={to}>
              <Link href={to} aria-current={path.startsWith(to) ? 'page' : undefined}>
                <Icon name={icon} />
                <span className="cut grow">{label}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="btn q who">
          <span className="cut grow">{me.user.name || me.user.email}</span>
          <Icon name="down" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu" align="start" side="top" sideOffset={4}>
          <DropdownMenu.Label className="menu-label">
            <span className="cut">{me.tenant.name}</span>
            <span className="cut">
              {me.user.email}, {me.role}
            </span>
          </DropdownMenu.Label>
          {others.length > 0 && (
            <>
              <DropdownMenu.Separator className="line" />
              {others.map(({ id, name, role, origin }) => (
                <DropdownMenu.Item
                  key={id}
                  className="item two-lines"
                  onSelect={() => (origin ? window.location.assign(origin) : enter.mutate(id))}
                >
                  <Icon name="person" />
                  <span>
                    <span className="cut">Go to {name}</span>
                    <span className="meta">you are {role} there</span>
                  </span>
                </DropdownMenu.Item>
              ))}
            </>
          )}
          <DropdownMenu.Separator className="line" />
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={(value) => setTheme(themes.find((known) => known === value) ?? 'system')}
          >
            {themes.map((name) => (
              <DropdownMenu.RadioItem key={name} value={name} className="item" onSelect={(event) => event.preventDefault()}>
                <Icon name="theme" />
                {themeNames[name]}
                <DropdownMenu.ItemIndicator className="push">
                  <Icon name="check" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="line" />
          <DropdownMenu.Item className="item" onSelect={() => signOut.mutate()}>
            <Icon name="leave" />
            {me.tenant.isDemo ? 'Leave the demo' : 'Sign out'}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </div>
  )
}

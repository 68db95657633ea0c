import { useMutation, useQueryClient } from '@tanstack/react-query'
import { DropdownMenu } from 'radix-ui'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { ConversationSummary } from '../../contract/conversation.ts'
import { endpoints } from '../../contract/endpoints.ts'
import type { Me } from '../../contract/person.ts'
import { call } from '../client/call.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useConversationChanges, useConversations } from '../client/queries.ts'
import { Icon, type IconName, Mark } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { themes, useTheme } from '../controls/theme.ts'
import { useToast } from '../controls/toast.tsx'
import { groupByDate } from './group-by-date.ts'
import { useDeleteConversation } from './use-delete-conversation.ts'

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
  const conversations = useConversations()
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
      <nav aria-label="Conversations by date">
        {conversations.isPending && <Skeleton lines={4} label="Loading conversations" />}
        {conversations.error && (
          <div className="side-note">
            <p className="meta">{sentenceOf(conversations.error)}</p>
            <button type="button" className="btn q" onClick={() => void conversations.refetch()}>
              Try again
            </button>
          </div>
        )}
        {conversations.data?.items.length === 0 && <p className="meta side-note">No conversations yet. A file starts one.</p>}
        {groupByDate(conversations.data?.items ?? [], new Date()).map(({ label, items }) => (
          <section key={label} aria-label={label}>
            <h2 className="meta">{label}</h2>
            <ul>
              {items.map((item) => (
                <ConversationEntry key={item.id} conversation={item} />
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <SidebarFoot me={me} places={places} />
    </>
  )
}

function ConversationEntry({ conversation }: { readonly conversation: ConversationSummary }) {
  const [path] = useLocation()
  const [isRenaming, setIsRenaming] = useState(false)
  const keepsFocus = useRef(false)
  const rename = () => {
    keepsFocus.current = true
    setIsRenaming(true)
  }
  const onCloseAutoFocus = (event: Event) => {
    if (keepsFocus.current) event.preventDefault()
    keepsFocus.current = false
  }
  const deleteConversation = useDeleteConversation()
  const { id, title, isShared } = conversation
  if (isRenaming)
    return (
      <li>
        <RenameField id={id} title={title} onDone={() => setIsRenaming(false)} />
      </li>
    )
  return (
    <li>
      <Link
        href={`/c/${id}`}
        aria-current={path === `/c/${id}` ? 'page' : undefined}
        title={title.length > 30 ? title : undefined}
      >
        <span className="cut grow">{title}</span>
        {isShared && (
          <>
            <span className="sr">, public link</span>
            <Icon name="link" />
          </>
        )}
      </Link>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="btn q icon more" aria-label={`More for ${title}`}>
          <Icon name="dots" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu small" align="start" sideOffset={4} onCloseAutoFocus={onCloseAutoFocus}>
          <DropdownMenu.Item className="item" onSelect={rename}>
            <Icon name="pencil" />
            Rename
          </DropdownMenu.Item>
          <DropdownMenu.Item className="item bad" onSelect={() => deleteConversation(conversation)}>
            <Icon name="bin" />
            Delete
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </li>
  )
}

/** The title as a field: Enter keeps it, Escape leaves it as it was. */
export function RenameField({ id, title, onDone }: { readonly id: string; readonly title: string; readonly onDone: () => void }) {
  const [typed, setTyped] = useState(title)
  const { rename } = useConversationChanges()
  const toast = useToast()
  const field = useRef<HTMLInputElement>(null)
  const isLeft = useRef(false)
  // NOTE: a menu that closes takes the focus with it a moment later.
  useEffect(() => {
    const timer = setTimeout(() => field.current?.select(), 20)
    return () => clearTimeout(timer)
  }, [])
  const leave = (isKept: boolean) => {
    if (isLeft.current) return
    isLeft.current = true
    const next = typed.trim()
    if (isKept && next !== '' && next !== title)
      rename.mutate({ id, title: next }, { onError: (error) => toast({ text: sentenceOf(error) }) })
    onDone()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) leave(true)
    if (event.key === 'Escape') leave(false)
  }
  return (
    <input
      ref={field}
      className="field rename"
      aria-label="Title"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => document.hasFocus() && document.activeElement !== field.current && leave(true)}
    />
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

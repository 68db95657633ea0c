import { DropdownMenu } from 'radix-ui'
import type { ReactNode, RefObject } from 'react'
import { useLocation } from 'wouter'
import type { Me } from '../../contract/person.ts'
import type { ShareState } from '../../contract/share.ts'
import type { Conversation } from '../client/queries.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { whoInside } from '../share-dialog/who-inside.ts'
import { RenameField, useRenaming } from './rename-field.tsx'
import { useConversationActions } from './use-conversation-actions.ts'

export interface ConversationHeaderProps {
  readonly conversation: Conversation
  readonly share: ShareState | undefined
  readonly me: Me
  readonly start: ReactNode
  readonly menuButton: RefObject<HTMLButtonElement | null>
  readonly onShare: () => void
  readonly onVisibility: () => void
  readonly onCheckpoint: () => void
  /** Absent when there is nothing to go back to, or nothing to bring back. */
  readonly onRewind: (() => void) | undefined
  readonly onUndoRewind: (() => void) | undefined
}

/** Why the link cannot be made, or nothing when it can. */
function shareHindrance(conversation: Conversation, share: ShareState | undefined, me: Me): string | undefined {
  if (!me.tenant.sharingEnabled) return 'Sharing is switched off for this organisation. An admin can switch it on.'
  const hasAnswer = conversation.turns.some((turn) => turn.status === 'answered')
  if (!hasAnswer && share?.visibility !== 'public') return 'Ask something first: a link needs one answered turn.'
  return undefined
}

function shareSummary(share: ShareState | undefined, inside: string): string {
  if (share?.visibility !== 'public') return `Private, no link. ${inside}`
  if (share.goneTurns > 0)
    return `Public, version ${share.version}. The link shows ${counted(share.goneTurns, 'turn')} no longer here`
  const lacks = share.newerTurns === 1 ? 'lacks 1 newer turn' : `lacks ${share.newerTurns} newer turns`
  return `Public, version ${share.version}. The link ${share.newerTurns === 0 ? 'holds every answered turn' : lacks}`
}

export function ConversationHeader(props: ConversationHeaderProps) {
  const { conversation, share, me, start, menuButton, onShare, onVisibility, onCheckpoint, onRewind, onUndoRewind } = props
  const renaming = useRenaming(menuButton)
  const actions = useConversationActions()
  const { id, title, access, visibility, isPinned, isArchived } = conversation
  const [, navigate] = useLocation()
  const lastQuestion = conversation.turns.findLast((turn) => turn.status === 'answered')?.question ?? ''
  const inside = whoInside(visibility, me.tenant.name)
  const hindrance = shareHindrance(conversation, share, me)
  return (
    <header className="hd">
      {start}
      {renaming.isRenaming ? (
        <>
          <h1 className="sr">{title}</h1>
          <RenameField id={id} title={title} onDone={renaming.stop} />
        </>
      ) : (
        <h1 className="cut" title={title} onDoubleClick={() => access !== 'view' && renaming.start()}>
          {title}
        </h1>
      )}
      {share?.visibility === 'public' && (
        <span className="tag live hide-s">
          <Icon name="link" />
          Public, version {share.version}
        </span>
      )}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger ref={menuButton} className="btn q icon push" aria-label="More for this conversation">
          <Icon name="dots" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu wide" align="end" sideOffset={6} onCloseAutoFocus={renaming.onCloseAutoFocus}>
          {conversation.canShare && (
            <DropdownMenu.Item className="item two-lines" disabled={hindrance !== undefined} onSelect={onShare}>
              <Icon name="share" />
              <span>
                Share…
                <span className="meta">{hindrance ?? shareSummary(share, inside)}</span>
              </span>
            </DropdownMenu.Item>
          )}
          {access === 'owner' && (
            <DropdownMenu.Item className="item two-lines" onSelect={onVisibility}>
              <Icon name="eye" />
              <span>
                Who can see this…
                <span className="meta">{inside}</span>
              </span>
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className="item" disabled={access === 'view'} onSelect={renaming.startFromMenu}>
            <Icon name="pencil" />
            Rename
          </DropdownMenu.Item>
          <DropdownMenu.Item className="item" disabled={access !== 'owner'} onSelect={() => actions.pin(conversation, !isPinned)}>
            <Icon name="pin" />
            {isPinned ? 'Unpin' : 'Pin to top'}
          </DropdownMenu.Item>
          <DownloadMenu
            id={id}
            canFreeze={conversation.canShare && hindrance === undefined}
            onOffline={() => actions.saveOffline(conversation)}
          />
          {me.permissions.includes('dashboards:create') && (
            <DropdownMenu.Item
              className="item"
              disabled={!conversation.turns.some((turn) => turn.status === 'answered')}
              onSelect={() => actions.toDashboard(conversation)}
            >
              <Icon name="grid" />
              Import into a dashboard
            </DropdownMenu.Item>
          )}
          {me.permissions.includes('schedules:create') && (
            <DropdownMenu.Item
              className="item"
              disabled={access === 'view'}
              onSelect={() =>
                navigate(`/schedules/new?${new URLSearchParams({ conversation: id, question: lastQuestion }).toString()}`)
              }
            >
              <Icon name="clock" />
              Schedule…
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className="item" disabled={access === 'view'} onSelect={onCheckpoint}>
            <Icon name="star" />
            Save checkpoint
            <kbd>Ctrl S</kbd>
          </DropdownMenu.Item>
          {onRewind && (
            <DropdownMenu.Item className="item" onSelect={onRewind}>
              <Icon name="again" />
              Rewind…
            </DropdownMenu.Item>
          )}
          {onUndoRewind && (
            <DropdownMenu.Item className="item" onSelect={onUndoRewind}>
              <Icon name="again" />
              Undo rewind
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item
            className="item"
            disabled={access !== 'owner'}
            onSelect={() => actions.archive(conversation, !isArchived)}
          >
            <Icon name="archive" />
            {isArchived ? 'Take out of the archive' : 'Archive'}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="line" />
          <DropdownMenu.Item className="item bad" disabled={access !== 'owner'} onSelect={() => actions.remove(conversation)}>
            <Icon name="bin" />
            Delete
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </header>
  )
}

interface DownloadMenuProps {
  readonly id: string
  readonly canFreeze: boolean
  readonly onOffline: () => void
}

function DownloadMenu({ id, canFreeze, onOffline }: DownloadMenuProps) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="item">
        <Icon name="download" />
        Download
        <span className="meta push">Page, Markdown, notebook</span>
      </DropdownMenu.SubTrigger>
      <DropdownMenu.SubContent className="menu small">
        <DropdownMenu.Item className="item" disabled={!canFreeze} onSelect={onOffline}>
          Page in one file (.html)
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item" asChild>
          <a href={`/api/conversations/${id}.md`} download>
            Markdown
          </a>
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item" asChild>
          <a href={`/api/conversations/${id}.ipynb`} download>
            Notebook (.ipynb)
          </a>
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item" onSelect={() => setTimeout(() => window.print())}>
          PDF, by print
        </DropdownMenu.Item>
      </DropdownMenu.SubContent>
    </DropdownMenu.Sub>
  )
}

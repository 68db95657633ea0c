import { DropdownMenu } from 'radix-ui'
import { type ReactNode, type RefObject, useRef, useState } from 'react'
import type { Me } from '../../contract/person.ts'
import type { ShareState } from '../../contract/share.ts'
import type { Conversation } from '../client/queries.ts'
import { Icon } from '../controls/icon.tsx'
import { RenameField } from './sidebar.tsx'
import { useDeleteConversation } from './use-delete-conversation.ts'

export interface ConversationHeaderProps {
  readonly conversation: Conversation
  readonly share: ShareState | undefined
  readonly me: Me
  readonly start: ReactNode
  readonly menuButton: RefObject<HTMLButtonElement | null>
  readonly onShare: () => void
}

/** Why the link cannot be made, or nothing when it can. */
function shareHindrance(conversation: Conversation, share: ShareState | undefined, me: Me): string | undefined {
  if (!me.tenant.sharingEnabled) return 'Sharing is switched off for this organisation. An admin can switch it on.'
  const hasAnswer = conversation.turns.some((turn) => turn.status === 'answered')
  if (!hasAnswer && share?.visibility !== 'public') return 'Ask something first: a link needs one answered turn.'
  return undefined
}

function shareSummary(share: ShareState | undefined): string {
  if (share?.visibility !== 'public') return 'Private. Nobody else can open this'
  const lacks = share.newerTurns === 1 ? 'lacks 1 newer turn' : `lacks ${share.newerTurns} newer turns`
  return `Public, version ${share.version}. The link ${share.newerTurns === 0 ? 'holds every answered turn' : lacks}`
}

export function ConversationHeader({ conversation, share, me, start, menuButton, onShare }: ConversationHeaderProps) {
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
  const { id, title, access } = conversation
  const hindrance = shareHindrance(conversation, share, me)
  return (
    <header className="hd">
      {start}
      {isRenaming ? (
        <>
          <h1 className="sr">{title}</h1>
          <RenameField id={id} title={title} onDone={() => setIsRenaming(false)} />
        </>
      ) : (
        <h1 className="cut" title={title} onDoubleClick={() => access !== 'view' && setIsRenaming(true)}>
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
        <DropdownMenu.Content className="menu wide" align="end" sideOffset={6} onCloseAutoFocus={onCloseAutoFocus}>
          {conversation.canShare && (
            <DropdownMenu.Item className="item two-lines" disabled={hindrance !== undefined} onSelect={onShare}>
              <Icon name="share" />
              <span>
                Share…
                <span className="meta">{hindrance ?? shareSummary(share)}</span>
              </span>
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className="item" disabled={access === 'view'} onSelect={rename}>
            <Icon name="pencil" />
            Rename
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="line" />
          <DropdownMenu.Item className="item bad" disabled={access !== 'owner'} onSelect={() => deleteConversation(conversation)}>
            <Icon name="bin" />
            Delete
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </header>
  )
}

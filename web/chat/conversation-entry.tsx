import { DropdownMenu } from 'radix-ui'
import { useRef } from 'react'
import { Link, useLocation } from 'wouter'
import type { ConversationSummary } from '../../contract/conversation.ts'
import { Icon } from '../controls/icon.tsx'
import { RenameField, useRenaming } from './rename-field.tsx'
import { useConversationActions } from './use-conversation-actions.ts'

/** A conversation in the sidebar, with its menu. */
export function ConversationEntry({ conversation }: { readonly conversation: ConversationSummary }) {
  const [path] = useLocation()
  const menuButton = useRef<HTMLButtonElement>(null)
  const renaming = useRenaming(menuButton)
  const actions = useConversationActions()
  const { id, title, isShared, isPinned, isArchived, access } = conversation
  if (renaming.isRenaming)
    return (
      <li>
        <RenameField id={id} title={title} onDone={renaming.stop} />
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
        <DropdownMenu.Trigger ref={menuButton} className="btn q icon more" aria-label={`More for ${title}`}>
          <Icon name="dots" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Content className="menu small" align="start" sideOffset={4} onCloseAutoFocus={renaming.onCloseAutoFocus}>
          <DropdownMenu.Item className="item" disabled={access === 'view'} onSelect={renaming.startFromMenu}>
            <Icon name="pencil" />
            Rename
          </DropdownMenu.Item>
          <DropdownMenu.Item className="item" disabled={access !== 'owner'} onSelect={() => actions.pin(conversation, !isPinned)}>
            <Icon name="pin" />
            {isPinned ? 'Unpin' : 'Pin to top'}
          </DropdownMenu.Item>
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
    </li>
  )
}

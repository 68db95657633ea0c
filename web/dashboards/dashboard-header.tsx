import { DropdownMenu } from 'radix-ui'
import { type ReactNode, type RefObject, useState } from 'react'
import { useLocation } from 'wouter'
import type { Dashboard, DashboardChange } from '../../contract/dashboard.ts'
import type { Me } from '../../contract/person.ts'
import type { ShareState } from '../../contract/share.ts'
import { counted } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'

interface DashboardHeaderProps {
  readonly dashboard: Dashboard
  readonly share: ShareState | undefined
  readonly me: Me
  readonly start: ReactNode
  readonly menuButton: RefObject<HTMLButtonElement | null>
  readonly isRefreshing: boolean
  readonly onRefresh: () => void
  readonly onShare: () => void
  readonly onAdd: (kind: 'text' | 'sql') => void
  readonly onArrange: () => void
  readonly onParameters: () => void
  readonly onChange: (change: DashboardChange) => void
  readonly onRemove: () => void
}

function shareHindrance({ tiles }: Dashboard, share: ShareState | undefined, me: Me): string | undefined {
  if (!me.tenant.sharingEnabled) return 'Sharing is switched off for this organisation. An admin can switch it on.'
  if (tiles.length === 0 && share?.visibility !== 'public') return 'Add a tile first: a link needs one.'
  return undefined
}

function shareSummary(share: ShareState | undefined): string {
  if (share?.visibility !== 'public') return 'Private. There is no link'
  if (share.policy.refreshed) return `Public, version ${share.version}. The link follows every refresh`
  return `Public, version ${share.version}. ${share.newerTurns === 0 ? 'The link shows it as it is' : `${counted(share.newerTurns, 'tile')} changed since`}`
}

export function DashboardHeader(props: DashboardHeaderProps) {
  const { dashboard, share, start, isRefreshing, onRefresh, onChange } = props
  const { name, isMine } = dashboard
  const [isRenaming, setIsRenaming] = useState(false)
  const rename = (next: string) => {
    setIsRenaming(false)
    if (next.trim() !== '' && next.trim() !== name) onChange({ name: next.trim() })
  }
  return (
    <header className="hd">
      {start}
      {isRenaming ? (
        <>
          <h1 className="sr">{name}</h1>
          <input
            className="field rename"
            aria-label="Name of the dashboard"
            defaultValue={name}
            maxLength={200}
            ref={(field) => field?.select()}
            onBlur={(event) => rename(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') rename(event.currentTarget.value)
              if (event.key === 'Escape') setIsRenaming(false)
            }}
          />
        </>
      ) : (
        <h1 className="cut" title={name}>
          {name}
        </h1>
      )}
      {share?.visibility === 'public' && (
        <span className="tag live hide-s">
          <Icon name="link" />
          Public, version {share.version}
        </span>
      )}
      {isMine ? (
        <>
          <button type="button" className="btn q push" disabled={isRefreshing} onClick={onRefresh}>
            <Icon name="again" />
            {isRefreshing ? 'Refreshing' : 'Refresh'}
          </button>
          <HeaderMenu {...props} onRename={() => setIsRenaming(true)} />
        </>
      ) : (
        <span className="meta push">Shown to you by a colleague</span>
      )}
    </header>
  )
}

function HeaderMenu(props: DashboardHeaderProps & { readonly onRename: () => void }) {
  const { dashboard, share, me, menuButton, onShare, onAdd, onArrange, onParameters, onChange, onRemove, onRename } = props
  const { canShare, refreshOnOpen, visibility, tiles } = dashboard
  const [, navigate] = useLocation()
  const hindrance = shareHindrance(dashboard, share, me)
  const isOpenToAll = visibility === 'tenant'
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger ref={menuButton} className="btn q icon" aria-label="More for this dashboard">
        <Icon name="dots" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu wide" align="end" sideOffset={6}>
        {canShare && (
          <DropdownMenu.Item className="item two-lines" disabled={hindrance !== undefined} onSelect={onShare}>
            <Icon name="share" />
            <span>
              Share…
              <span className="meta">{hindrance ?? shareSummary(share)}</span>
            </span>
          </DropdownMenu.Item>
        )}
        <DropdownMenu.Item className="item" onSelect={() => onAdd('text')}>
          <Icon name="plus" />
          Add text
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item" onSelect={() => onAdd('sql')}>
          <Icon name="plus" />
          Add a table by SQL
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item" onSelect={onParameters}>
          <Icon name="sliders" />
          Parameters…
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item hide-s" disabled={tiles.length === 0} onSelect={onArrange}>
          <Icon name="grid" />
          Arrange tiles
        </DropdownMenu.Item>
        {me.permissions.includes('schedules:create') && (
          <DropdownMenu.Item
            className="item"
            disabled={tiles.length === 0}
            onSelect={() => navigate(`/schedules/new?dashboard=${dashboard.id}`)}
          >
            <Icon name="clock" />
            Schedule…
          </DropdownMenu.Item>
        )}
        <DropdownMenu.Item className="item" onSelect={onRename}>
          <Icon name="pencil" />
          Rename
        </DropdownMenu.Item>
        <DropdownMenu.CheckboxItem
          className="item"
          checked={refreshOnOpen}
          onCheckedChange={(checked) => onChange({ refreshOnOpen: checked })}
        >
          <Icon name={refreshOnOpen ? 'check' : 'again'} />
          Refresh when I open it
        </DropdownMenu.CheckboxItem>
        <DropdownMenu.CheckboxItem
          className="item"
          checked={isOpenToAll}
          onCheckedChange={(checked) => onChange({ visibility: checked ? 'tenant' : 'me' })}
        >
          <Icon name={isOpenToAll ? 'check' : 'eye'} />
          Show to everyone in {me.tenant.name}
        </DropdownMenu.CheckboxItem>
        <DropdownMenu.Separator className="line" />
        <DropdownMenu.Item className="item bad" onSelect={onRemove}>
          <Icon name="bin" />
          Delete
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { sentenceOf } from '../client/call-error.ts'
import { useDashboardChanges, useDashboards } from '../client/dashboard-queries.ts'
import { Icon } from '../controls/icon.tsx'
import { useToast } from '../controls/toast.tsx'

interface AddToDashboardProps {
  readonly conversationId: string
  readonly turnId: string
}

/** Puts what a question was answered with on a dashboard, one that is there or a new one. */
export function AddToDashboard({ conversationId, turnId }: AddToDashboardProps) {
  const [isOpen, setIsOpen] = useState(false)
  const mine = useDashboards(isOpen).data?.items.filter(({ isMine }) => isMine) ?? []
  const { bring } = useDashboardChanges()
  const toast = useToast()
  const [, navigate] = useLocation()
  const add = (dashboardId?: string) =>
    bring.mutate(
      { conversationId, turnId, ...(dashboardId ? { dashboardId } : {}) },
      {
        onSuccess: ({ id, name }) =>
          toast({ text: `Added to “${name}”.`, action: { label: 'Open', run: () => navigate(`/dashboards/${id}`) } }),
        onError: (error) => toast({ text: sentenceOf(error) }),
      },
    )
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={setIsOpen}>
      <DropdownMenu.Trigger className="btn q" disabled={bring.isPending}>
        <Icon name="grid" />
        Add to dashboard
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu small" align="start" sideOffset={6}>
        {mine.slice(0, 12).map(({ id, name }) => (
          <DropdownMenu.Item key={id} className="item" onSelect={() => add(id)}>
            <Icon name="grid" />
            <span className="cut">{name}</span>
          </DropdownMenu.Item>
        ))}
        <DropdownMenu.Item className="item" onSelect={() => add()}>
          <Icon name="plus" />
          New dashboard
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { DashboardSummary } from '../../contract/dashboard.ts'
import type { Me } from '../../contract/person.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useDashboardChanges, useDashboards } from '../client/dashboard-queries.ts'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { ListPage } from '../controls/list-page.tsx'
import { useToast } from '../controls/toast.tsx'
import './dashboards.css'

/** My dashboards, and those that others show me. */
export function DashboardsPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const dashboards = useDashboards()
  const { create } = useDashboardChanges()
  const [, navigate] = useLocation()
  const toast = useToast()
  const mayCreate = me.permissions.includes('dashboards:create')
  const make = () =>
    create.mutate('Untitled dashboard', {
      onSuccess: ({ id }) => navigate(`/dashboards/${id}`),
      onError: (error) => toast({ text: sentenceOf(error) }),
    })
  return (
    <ListPage
      title="Dashboards"
      start={start}
      place="boards"
      list={dashboards}
      action={
        mayCreate && (
          <button type="button" className="btn p" disabled={create.isPending} onClick={make}>
            <Icon name="plus" />
            New dashboard
          </button>
        )
      }
      empty={{
        title: 'No dashboards yet',
        text: mayCreate
          ? 'Put an answer on one with “Add to dashboard” below it, or import a whole conversation from its menu.'
          : 'Nobody has shown you one.',
      }}
    >
      {(item) => <Entry key={item.id} item={item} />}
    </ListPage>
  )
}

function Entry({ item }: { readonly item: DashboardSummary }) {
  const { id, name, tileCount, refreshedAt, isShared, isMine } = item
  return (
    <li>
      <Link href={`/dashboards/${id}`}>
        <Icon name="grid" />
        <span className="grow">
          <b className="cut">{name}</b>
          <span className="meta cut num">
            {counted(tileCount, 'tile')}
            {refreshedAt && `, as of ${formatMoment(refreshedAt)}`}
            {!isMine && ', shown to you by a colleague'}
          </span>
        </span>
        {isShared && (
          <span className="tag live">
            <Icon name="link" />
            Public
          </span>
        )}
        <Icon name="right" />
      </Link>
    </li>
  )
}

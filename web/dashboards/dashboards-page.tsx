import { type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import type { DashboardSummary } from '../../contract/dashboard.ts'
import type { Me } from '../../contract/person.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useDashboardChanges, useDashboards } from '../client/dashboard-queries.ts'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Loaded } from '../controls/loaded.tsx'
import { useToast } from '../controls/toast.tsx'
import './dashboards.css'

/** My dashboards, and those that others show me. */
export function DashboardsPage({ me, start }: { readonly me: Me; readonly start: ReactNode }) {
  const dashboards = useDashboards()
  const { create } = useDashboardChanges()
  const [, navigate] = useLocation()
  const toast = useToast()
  const mayCreate = me.permissions.includes('dashboards:create')
  useEffect(() => {
    document.title = 'Dashboards · QRY'
  }, [])
  const items = dashboards.data?.items
  const make = () =>
    create.mutate('Untitled dashboard', {
      onSuccess: ({ id }) => navigate(`/dashboards/${id}`),
      onError: (error) => toast({ text: sentenceOf(error) }),
    })
  const button = (
    <button type="button" className={`btn p${items?.length ? ' push' : ''}`} disabled={create.isPending} onClick={make}>
      <Icon name="plus" />
      New dashboard
    </button>
  )
  return (
    <>
      <header className="hd">
        {start}
        <h1 className="cut">Dashboards</h1>
        {mayCreate && items && items.length > 0 && button}
      </header>
      <main id="main" className="boards">
        <Loaded of={dashboards} lines={4} label="Loading dashboards">
          {({ items }) =>
            items.length === 0 ? (
              <div className="lone">
                <h2 className="qh">No dashboards yet</h2>
                <p className="dim">
                  {mayCreate
                    ? 'Put an answer on one with “Add to dashboard” below it, or import a whole conversation from its menu.'
                    : 'Nobody has shown you one.'}
                </p>
                {mayCreate && button}
              </div>
            ) : (
              <ul className="board-list">
                {items.map((item) => (
                  <Entry key={item.id} item={item} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </main>
    </>
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

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Dashboard, Tile, TilePlace } from '../../contract/dashboard.ts'
import { TileId } from '../../contract/id.ts'
import type { Me } from '../../contract/person.ts'
import { sentenceOf } from '../client/call-error.ts'
import { useDashboard, useDashboardChanges } from '../client/dashboard-queries.ts'
import { useShare } from '../client/queries.ts'
import { useAnnounce } from '../controls/announcer.tsx'
import { counted, formatMoment } from '../controls/format-text.ts'
import { Skeleton } from '../controls/skeleton.tsx'
import { useToast } from '../controls/toast.tsx'
import { ShareDialog } from '../share-dialog/share-dialog.tsx'
import { ArrangeBoard } from './arrange-board.tsx'
import { Board } from './board.tsx'
import { DashboardHeader } from './dashboard-header.tsx'
import { FilterBar } from './filter-bar.tsx'
import { ParameterBar } from './parameter-bar.tsx'
import { ParametersDialog } from './parameters-dialog.tsx'
import { settlePlaces } from './settle-places.ts'
import { TileDialog, type TileDraft } from './tile-dialog.tsx'
import { useChosenValues } from './use-chosen-values.ts'
import './dashboards.css'

interface PageProps {
  readonly id: string
  readonly me: Me
  readonly start: ReactNode
}

export function DashboardPage({ id, me, start }: PageProps) {
  const { data, error, refetch } = useDashboard(id)
  useEffect(() => {
    document.title = data ? `${data.name} · QRY` : 'QRY'
  }, [data])
  if (data) return <OpenDashboard dashboard={data} me={me} start={start} />
  return (
    <>
      <header className="hd">{start}</header>
      <main id="main" className="boards">
        {error ? (
          <div className="lone">
            <h1 className="qh">This did not load</h1>
            <p className="dim">{sentenceOf(error)}</p>
            <div className="row">
              <button type="button" className="btn" onClick={() => void refetch()}>
                Try again
              </button>
              <Link className="btn q" href="/dashboards">
                All dashboards
              </Link>
            </div>
          </div>
        ) : (
          <Skeleton lines={6} label="Loading the dashboard" />
        )}
      </main>
    </>
  )
}

function OpenDashboard({ dashboard: stored, me, start }: Omit<PageProps, 'id'> & { readonly dashboard: Dashboard }) {
  const { id, name, isMine } = stored
  const changes = useDashboardChanges()
  const chosen = useChosenValues(stored)
  const { dashboard } = chosen
  const { tiles } = dashboard
  const share = useShare(id, isMine).data
  const toast = useToast()
  const announce = useAnnounce()
  const [, navigate] = useLocation()
  const menuButton = useRef<HTMLButtonElement>(null)
  const [isSharing, setIsSharing] = useState(false)
  const [draft, setDraft] = useState<TileDraft>()
  const [isSettingUp, setIsSettingUp] = useState(false)
  const [places, setPlaces] = useState<ReadonlyMap<string, TilePlace>>()
  const failed = (error: unknown) => toast({ text: sentenceOf(error) })
  const refresh = () =>
    changes.refresh.mutate(id, {
      onError: failed,
      onSuccess: (next) => {
        const problems = next.tiles.filter(({ problem }) => problem).length
        announce(problems === 0 ? 'Refreshed.' : `Refreshed, but for ${counted(problems, 'tile')}.`)
      },
    })
  useRefreshOnOpen(stored, refresh)
  const remove = async () => {
    await changes.remove.mutateAsync(id)
    navigate('/dashboards', { replace: true })
    const bringBack = () => void changes.restore.mutateAsync(id).then(() => navigate(`/dashboards/${id}`), failed)
    toast({
      text: dashboard.isShared ? `Deleted “${name}”. Its link is closed and stays closed.` : `Deleted “${name}”.`,
      action: { label: 'Undo', run: bringBack },
    })
  }
  const removeTile = (tile: Tile) =>
    changes.removeTile.mutate({ id, tileId: tile.id }, { onError: failed, onSuccess: () => announce(`Took away ${tile.title}.`) })
  const saveOrder = () => {
    if (!places) return
    const all = new Map(tiles.map((one) => [one.id, places.get(one.id) ?? one.place]))
    const moved = [...settlePlaces(all)].map(([tileId, place]) => ({ id: TileId.parse(tileId), ...place }))
    changes.change.mutate({ id, places: moved }, { onError: failed, onSuccess: () => setPlaces(undefined) })
  }
  const isSaving = changes.addTile.isPending || changes.changeTile.isPending
  const draftError = changes.addTile.error ?? changes.changeTile.error
  return (
    <>
      <DashboardHeader
        dashboard={dashboard}
        share={share}
        me={me}
        start={start}
        menuButton={menuButton}
        isRefreshing={changes.refresh.isPending}
        onRefresh={refresh}
        onShare={() => setIsSharing(true)}
        onAdd={(kind) => setDraft({ kind })}
        onArrange={() => setPlaces(new Map())}
        onParameters={() => setIsSettingUp(true)}
        onChange={(change) => changes.change.mutate({ id, ...change }, { onError: failed })}
        onRemove={() => void remove().catch(failed)}
      />
      <main id="main" className="board-page">
        <p className="meta num" role="status">
          {statusText(dashboard, changes.refresh.isPending, chosen.isAsking)}
        </p>
        {chosen.error !== undefined && (
          <p className="note bad" role="alert">
            <span className="grow">{sentenceOf(chosen.error)}</span>
          </p>
        )}
        <div className="asks">
          <ParameterBar parameters={dashboard.parameters} onChoose={chosen.choose} />
          <FilterBar
            dashboard={dashboard}
            isBusy={changes.change.isPending}
            onChange={isMine ? (filters) => changes.change.mutate({ id, filters }, { onError: failed }) : undefined}
          />
        </div>
        {tiles.length === 0 && (
          <div className="lone">
            <h2 className="qh">Nothing on it yet</h2>
            <p className="dim">Use “Add to dashboard” below an answer, or add text or SQL here.</p>
            {isMine && (
              <div className="row">
                <button type="button" className="btn" onClick={() => setDraft({ kind: 'text' })}>
                  Add text
                </button>
                <button type="button" className="btn" onClick={() => setDraft({ kind: 'sql' })}>
                  Add SQL
                </button>
              </div>
            )}
          </div>
        )}
        {places ? (
          <>
            <div className="note info arrange-bar">
              <span className="grow">
                Drag tiles to move them, their corner to resize. With the keyboard: arrows, and Shift with arrows.
              </span>
              <button type="button" className="btn q" onClick={() => setPlaces(undefined)}>
                Cancel
              </button>
              <button type="button" className="btn p" disabled={changes.change.isPending} onClick={saveOrder}>
                Save the order
              </button>
            </div>
            <ArrangeBoard tiles={tiles} places={places} onPlaces={setPlaces} />
          </>
        ) : (
          <Board
            tiles={tiles}
            parameters={dashboard.parameters}
            actions={
              isMine
                ? { edit: (tile) => setDraft({ kind: tile.kind === 'text' ? 'text' : 'sql', tile }), remove: removeTile }
                : undefined
            }
          />
        )}
      </main>
      {draft && (
        <TileDialog
          draft={draft}
          parameters={dashboard.parameters}
          isBusy={isSaving}
          error={draftError ? sentenceOf(draftError) : undefined}
          onAdd={(tile) => changes.addTile.mutate({ id, tile }, { onSuccess: () => setDraft(undefined) })}
          onChange={({ id: tileId }, change) =>
            changes.changeTile.mutate({ id, tileId, ...change }, { onSuccess: () => setDraft(undefined) })
          }
          onClose={() => setDraft(undefined)}
        />
      )}
      {isSettingUp && (
        <ParametersDialog
          parameters={stored.parameters}
          isBusy={changes.change.isPending}
          error={changes.change.error ? sentenceOf(changes.change.error) : undefined}
          onSave={(parameters) => changes.change.mutate({ id, parameters }, { onSuccess: () => setIsSettingUp(false) })}
          onClose={() => setIsSettingUp(false)}
        />
      )}
      {isSharing && (
        <ShareDialog
          subject={{
            kind: 'dashboard',
            id,
            title: name,
            revision: dashboard.revision,
            inside: 'Only you can open the dashboard',
            parts: tiles.map((tile) => ({ id: tile.id, title: tile.title })),
          }}
          me={me}
          returnTo={menuButton}
          onClose={() => setIsSharing(false)}
        />
      )}
    </>
  )
}

function statusText(dashboard: Dashboard, isRefreshing: boolean, isAsking: boolean): string {
  if (isAsking) return 'Asking with what you chose. What you see is the last good result.'
  return isRefreshing ? 'Refreshing. What you see is the last good result.' : asOfText(dashboard)
}

function asOfText({ refreshedAt, tiles }: Dashboard): string {
  if (tiles.length === 0) return ''
  return refreshedAt ? `As of ${formatMoment(refreshedAt)}` : 'Made from kept results'
}

/** Asks the data once when the page opens, where its owner wants that. */
function useRefreshOnOpen({ refreshOnOpen, isMine }: Dashboard, refresh: () => void): void {
  const isDone = useRef(false)
  useEffect(() => {
    if (isDone.current || !refreshOnOpen || !isMine) return
    isDone.current = true
    refresh()
  })
}

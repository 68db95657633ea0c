import { DropdownMenu } from 'radix-ui'
import { useMemo } from 'react'
import type { Tile } from '../../contract/dashboard.ts'
import type { Parameter } from '../../contract/parameter.ts'
import { dataOfRows } from '../../render/chart-data.ts'
import { chartModel } from '../../render/chart-model.ts'
import { headlineHtml } from '../../render/headline-html.ts'
import { useFirstRows } from '../client/queries.ts'
import { formatMoment } from '../controls/format-text.ts'
import { Icon } from '../controls/icon.tsx'
import { Skeleton } from '../controls/skeleton.tsx'
import { ChartView, LiveMarkup, Prose, TableView } from '../results/results-view.tsx'
import { titleOf } from './parameter-bar.tsx'

export interface TileActions {
  readonly edit: (tile: Tile) => void
  readonly remove: (tile: Tile) => void
}

interface TileViewProps {
  readonly tile: Tile
  readonly parameters: readonly Parameter[]
  readonly actions: TileActions | undefined
}

/** A tile as readers will see it, with its menu where it may be changed. */
export function TileView({ tile, parameters, actions }: TileViewProps) {
  return (
    <div className="tile">
      {actions && <TileMenu tile={tile} actions={actions} />}
      <TileContent tile={tile} />
      {tile.problem && (
        <p className="note" role="status">
          <span className="grow">
            <b>
              {tile.asOf && tile.table
                ? `Not refreshed. This is from ${formatMoment(tile.asOf)}${withOther(tile, parameters)}.`
                : 'There is no result yet.'}
            </b>{' '}
            {tile.problem.message}
          </span>
        </p>
      )}
    </div>
  )
}

/** What it was asked with, where that is no longer what is chosen. */
function withOther({ values }: Tile, parameters: readonly Parameter[]): string {
  const named = parameters.filter(({ name }) => values?.[name] !== undefined)
  if (named.every(({ name, value }) => values?.[name] === value)) return ''
  return `, with ${named.map((one) => `${titleOf(one)}: ${values?.[one.name] || 'empty'}`).join(', ')}`
}

function TileContent({ tile }: { readonly tile: Tile }) {
  const { id, kind, title, table, chart, markdown } = tile
  if (kind === 'text')
    return (
      <section>
        <h2>{title}</h2>
        <Prose markdown={markdown ?? ''} />
      </section>
    )
  if (!table || (kind !== 'table' && !chart))
    return (
      <section>
        <h2>{title}</h2>
        <p className="meta">{table ? 'No rows for these filters.' : 'Nothing to show.'}</p>
      </section>
    )
  if (kind === 'figure') return <FigureTile tile={tile} />
  if (chart) return <ChartView key={table.digest} turnId={id} chart={chart} table={table} />
  return <TableView key={table.digest} turnId={id} table={table} hasSteps={false} />
}

function FigureTile({ tile }: { readonly tile: Tile }) {
  const { table, chart, title } = tile
  const rows = useFirstRows(table?.digest ?? '', table !== undefined).data?.rows
  const markup = useMemo(
    () =>
      rows && table && chart ? headlineHtml(title, chartModel(chart.spec, dataOfRows(table.columns, rows))).markup : undefined,
    [rows, table, chart, title],
  )
  return markup === undefined ? <Skeleton lines={3} label={`Loading ${title}`} /> : <LiveMarkup markup={markup} />
}

function TileMenu({ tile, actions }: { readonly tile: Tile; readonly actions: TileActions }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn q icon tile-menu" aria-label={`More for ${tile.title}`}>
        <Icon name="dots" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu small" align="end" sideOffset={4}>
        <DropdownMenu.Item className="item" onSelect={() => actions.edit(tile)}>
          <Icon name="pencil" />
          Edit
        </DropdownMenu.Item>
        <DropdownMenu.Item className="item bad" onSelect={() => actions.remove(tile)}>
          <Icon name="bin" />
          Take away
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

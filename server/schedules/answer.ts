import type { Digest, TileId, TurnId } from '../../contract/id.ts'
import type { TableReference } from '../../contract/table.ts'

/** What a run has to say, before anything of it is fetched. */
export interface ScheduleAnswer {
  readonly title: string
  /** Its page in the app, from the root. */
  readonly path: string
  readonly parts: readonly AnswerPart[]
  /** What alerts look at. */
  readonly tables: readonly AnswerTable[]
  /** What did not work, beside what is there. */
  readonly problems: readonly string[]
  readonly turnId: TurnId | null
}

export type AnswerPart =
  | { readonly kind: 'text'; readonly title: string; readonly markdown: string }
  | { readonly kind: 'chart'; readonly title: string; readonly label: string; readonly picture: Digest }
  | { readonly kind: 'figure'; readonly title: string; readonly digest: Digest; readonly isSvg: boolean }
  | { readonly kind: 'table'; readonly title: string; readonly table: TableReference }

export interface AnswerTable extends Pick<TableReference, 'digest' | 'columns' | 'rowCount'> {
  readonly tileId: TileId | undefined
}

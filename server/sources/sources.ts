import type { SourceId, UserId } from '../../contract/id.ts'
import type { KeptNotes, Notes, NotesSuggestion } from '../../contract/notes.ts'
import type {
  PolicyPreview,
  RowPolicy,
  Source,
  SourceAccess,
  SourceCatalog,
  SourceConfig,
  SourceState,
  TableLook,
  TablePage,
} from '../../contract/source.ts'
import type { SourceKind } from '../../contract/source-kind.ts'
import type { KeptTable } from '../results/results.ts'
import type { Actor } from '../tenancy/actor.ts'
import type { NamedValues } from './bound-values.ts'
import type { JoinWish, NamedSource } from './join-sources.ts'

/**
 * Databases that people have, only ever read: by a login's own rights, by a read-only session, by the guard that judges each statement, and by a watchdog.
 * Drivers run in processes of their own, a few per source. Passwords are sealed at rest; no answer, error or log of this room holds one, or a host.
 */
export interface Sources {
  /** What one question may take, as the server is set. */
  readonly limits: { readonly rowLimit: number; readonly timeoutMs: number }
  /** Those that the actor may ask, by name. */
  list(actor: Actor): Promise<Source[]>
  /** Throws `not-found`, also for those that the actor may not ask. */
  read(actor: Actor, id: SourceId): Promise<Source>
  /** Keeps a source and tries it; whether it was reached stands in its `state`. Throws `forbidden`, `invalid-input`, `conflict`, `unavailable`. */
  create(actor: Actor, input: { kind: SourceKind; name: string; config: SourceConfig }): Promise<Source>
  change(actor: Actor, id: SourceId, change: { name?: string | undefined; config?: SourceConfig | undefined }): Promise<Source>
  remove(actor: Actor, id: SourceId): Promise<void>
  /** Tries a kept source now. A failed connection is an answer, not an error. */
  test(actor: Actor, id: SourceId): Promise<SourceState>
  /** Tries a connection before it is kept; with `sourceId`, on top of what is kept there. */
  tryConnection(
    actor: Actor,
    input: { kind: SourceKind; config: SourceConfig; sourceId?: SourceId | undefined },
  ): Promise<SourceState>
  /** Who may ask it, and which rows they see. Throws `forbidden`. */
  access(actor: Actor, id: SourceId): Promise<SourceAccess>
  changeAccess(actor: Actor, id: SourceId, access: SourceAccess): Promise<SourceAccess>
  /** Counts the rows of a table that a member would see under a policy, as a question of theirs would. Throws `forbidden`, `not-found`, `invalid-input` and what a query throws. */
  previewPolicy(actor: Actor, id: SourceId, policy: RowPolicy, person: UserId): Promise<PolicyPreview>
  /** What was last read; read now when nothing was, or when `isFresh` is asked for. Profiles follow in the background; who sees a part of the rows sees no values of those tables. */
  catalog(actor: Actor, id: SourceId, isFresh?: boolean): Promise<SourceCatalog>
  /** A page of what `catalog` holds: the tables that have all words of `search`, from the `from`th on. */
  tables(actor: Actor, id: SourceId, wish: { search: string; from: number; limit: number; isFresh: boolean }): Promise<TablePage>
  /** What people wrote about it, for all who may ask it; as JSON and as one YAML file. */
  notes(actor: Actor, id: SourceId): Promise<KeptNotes & { yaml: string }>
  /** The notes as far as they fit the source now: what analysts read. `key` changes when they do. */
  knowledge(actor: Actor, id: SourceId): Promise<{ notes: Notes; key: string }>
  /** Replaces the notes, or says what does not fit. Throws `forbidden`, `invalid-input`, and `conflict` where `version` is not the latest. */
  changeNotes(
    actor: Actor,
    id: SourceId,
    change: { version: number; notes?: Notes | undefined; yaml?: string | undefined },
  ): Promise<KeptNotes & { yaml: string }>
  /** What the data suggests to note, for those who may write notes. */
  notesSuggestions(actor: Actor, id: SourceId): Promise<NotesSuggestion[]>
  /**
   * Runs one reading statement and keeps what comes back, at most `rowLimit` rows. With `values`, its `$name`s are bound to them.
   * Throws `not-read-only`, `query-failed`, `source-unreachable`, `limit-exceeded`, `cancelled`, `not-found`.
   */
  query(
    actor: Actor,
    id: SourceId,
    sql: string,
    options: { rowLimit: number; timeoutMs: number; signal?: AbortSignal | undefined; values?: NamedValues },
  ): Promise<KeptTable & { truncated: boolean }>
  /** Looks into a table by a query of the actor's: no more is seen than they may ask. Throws what `query` throws. */
  look(actor: Actor, id: SourceId, table: string): Promise<TableLook>
  /** What the sources are called that the actor may ask, for statements that name several. */
  names(actor: Actor): Promise<NamedSource[]>
  /**
   * Runs a statement in DuckDB's dialect over tables of several sources (`source.schema.table`) and files of a conversation; undefined where it means one source alone.
   * Each side is a query of the actor's there. Throws what `query` throws.
   */
  join(
    actor: Actor,
    wish: JoinWish,
    options: { rowLimit: number; timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<(KeptTable & { truncated: boolean; note: string }) | undefined>
  close(): Promise<void>
}

/** Where a statement names a table: the parts of the name, and from which to which character it stands. */
export interface TableMention {
  readonly path: readonly string[]
  readonly start: number
  readonly end: number
  /** The statement gives it another name, so its own need not be kept. */
  readonly hasAlias: boolean
}

/** One reading statement, as its parser understood it. */
export interface ReadStatement {
  /** Without closing semicolons. */
  readonly sql: string
  readonly tables: readonly TableMention[]
  /** Names given in WITH, which hide tables of the same name. */
  readonly withNames: readonly string[]
  /** Lower case, with a schema where it was written. */
  readonly functions: readonly string[]
  readonly isExplained: boolean
  /** A form that names a table where this parser does not see one. */
  readonly hasHiddenTables: boolean
}

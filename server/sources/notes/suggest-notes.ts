import type { CatalogColumn, CatalogTable } from '../../../contract/catalog.ts'
import { isTemporal } from '../../../contract/column.ts'
import { Notes, type NotesSuggestion } from '../../../contract/notes.ts'

const MOST = 60
/** Tables that tools leave behind. */
const machinery =
  /(^|[._])(migrations?|schema_version|flyway\w*|alembic\w*|django_\w+|ar_internal_metadata|etl\w*|staging|tmp|temp|backup|bak)([._]|$)/i

/** What the names, keys, comments and profiles of a source suggest that the notes do not say yet. */
export function suggestNotes(notes: Notes, tables: readonly CatalogTable[]): NotesSuggestion[] {
  const seen = tables.filter(({ name }) => notes.tables[name]?.isHidden !== true)
  const all = [
    ...seen.flatMap((table) => (notes.tables[table.name]?.date === undefined ? dateOf(table) : [])),
    ...joinsOf(seen, notes),
    ...seen.flatMap((table) => commentsOf(table, notes)),
    ...seen
      .filter(({ name }) => machinery.test(name))
      .map(({ name }) =>
        suggestion(`hide ${name}`, `${name} looks like a table of tools, not of people.`, {
          tables: { [name]: { isHidden: true } },
        }),
      ),
  ]
  return all.slice(0, MOST)
}

const suggestion = (id: string, why: string, notes: object): NotesSuggestion => ({ id, why, notes: Notes.parse(notes) })

/** The most complete of several dates; of equally complete ones the one whose name says that something happened. */
function dateOf(table: CatalogTable): NotesSuggestion[] {
  const dates = table.columns.filter(({ type }) => type === 'date' || type === 'timestamp')
  if (dates.length < 2 || dates.some(({ nullCount }) => nullCount === undefined)) return []
  const missing = (column: CatalogColumn): number => column.nullCount ?? 0
  const isUpkeep = ({ name }: CatalogColumn): boolean => /updat|modif|sync|import|load|delet/i.test(name)
  const [best, next] = [...dates].sort((one, two) => Number(isUpkeep(one)) - Number(isUpkeep(two)) || missing(one) - missing(two))
  if (!best || !next || (missing(best) === missing(next) && isUpkeep(best) === isUpkeep(next))) return []
  return [
    suggestion(
      `date ${table.name} ${best.name}`,
      `${table.name} has ${dates.length} dates; ${best.name} is ${missing(best) === 0 ? 'always filled' : 'the most complete'}.`,
      { tables: { [table.name]: { date: best.name } } },
    ),
  ]
}

/** `orders.customer_id` whose values are all among `customers.id`, where no key says so. */
function joinsOf(tables: readonly CatalogTable[], { joins }: Notes): NotesSuggestion[] {
  return tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      const stem = /^(.+?)_?id$/i.exec(column.name)?.[1]?.toLowerCase()
      const isKeyed = table.foreignKeys.some(({ columns }) => columns.includes(column.name))
      if (stem === undefined || stem === '' || isKeyed || isTemporal(column.type)) return []
      return tables.flatMap((other) => {
        const [own = ''] = other.name.toLowerCase().split('.').slice(-1)
        const key = other.columns.find(
          ({ name }) => [other.primaryKey[0] ?? 'id', `${stem}_id`].includes(name) && isKeyOf(other, name),
        )
        if (other === table || !key || key.type !== column.type || ![stem, `${stem}s`, `${stem}es`].includes(own)) return []
        const [from, to] = [`${table.name}.${column.name}`, `${other.name}.${key.name}`]
        if (joins.some((join) => join.from === from && join.to === to)) return []
        return [
          suggestion(`join ${from} ${to}`, `${from} looks like it names a row of ${other.name}.`, { joins: [{ from, to }] }),
        ]
      })
    }),
  )
}

const isKeyOf = (table: CatalogTable, name: string): boolean => {
  const column = table.columns.find((other) => other.name === name)
  return (
    table.primaryKey.join() === name ||
    (column?.distinctCount !== undefined && column.distinctCount >= table.rowCount && table.rowCount > 0)
  )
}

/** A short comment is what people call a column; one like "M = male, F = female" explains its values. */
function commentsOf(table: CatalogTable, { tables: noted }: Notes): NotesSuggestion[] {
  return table.columns.flatMap((column) => {
    const comment = column.comment?.trim() ?? ''
    const known = noted[table.name]?.columns?.[column.name]
    const add = (why: string, notes: object): NotesSuggestion =>
      suggestion(`column ${table.name} ${column.name} ${Object.keys(notes).join()}`, why, {
        tables: { [table.name]: { columns: { [column.name]: notes } } },
      })
    const meanings = [
      ...comment.matchAll(/(?:^|[,;(:]\s*)([\p{L}\p{N}_-]{1,20})\s*(?:=|:|→|->)\s*([\p{L}][\p{L}\p{N} ]{1,40})/gu),
    ]
    if (meanings.length >= 2 && known?.values === undefined) {
      const values = Object.fromEntries(meanings.map(([, value = '', word = '']) => [value, [word.trim()]]))
      return [add(`The comment of ${table.name}.${column.name} explains its values: ${comment}`, { values })]
    }
    const isName = comment !== '' && comment.length <= 40 && comment.split(/\s+/).length <= 4 && !/[.;=]/.test(comment)
    const isSame = comment.toLowerCase().replace(/\W/g, '') === column.name.toLowerCase().replace(/\W/g, '')
    if (isName && !isSame && known?.synonyms === undefined)
      return [add(`The comment of ${table.name}.${column.name} calls it “${comment}”.`, { synonyms: [comment] })]
    if (comment.length > 40 && known?.definition === undefined)
      return [add(`The comment of ${table.name}.${column.name} says what it is.`, { definition: comment.slice(0, 1000) })]
    return []
  })
}

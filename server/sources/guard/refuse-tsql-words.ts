import { KnownError } from '../../../contract/error.ts'

/**
 * T-SQL begins the next statement without a semicolon (`SELECT 1 DELETE FROM orders` is two), where another parser sees a column named DELETE. So the words
 * that begin what writes, runs programs or reaches other servers may not stand anywhere unquoted, as reserved words can't name anything there.
 */
const REFUSED = new Set(
  [
    'insert update delete merge truncate create alter drop into exec execute grant revoke deny backup restore dbcc kill shutdown reconfigure',
    'waitfor use declare set begin commit rollback save print raiserror throw goto if while return bulk checkpoint open close deallocate revert setuser',
    'openrowset openquery opendatasource openxml readtext writetext updatetext receive send proc procedure trigger disable enable break continue',
    'explain updlock xlock tablockx tablock paglock holdlock serializable repeatableread',
  ].flatMap((line) => line.split(' ')),
)
const REFUSED_NAMES =
  /^(sp_\w*|xp_\w*|fn_xe_\w+|fn_get_audit_file|fn_trace_\w+|fn_dblog|fn_dump_dblog|fn_cdc_\w+|fn_hadr_\w+|dm_os_file_exists|dm_os_enumerate_\w+|ai_generate_\w+|predict|sp_executesql)$/
/** What ends a comment for SQL Server or could; what stands behind is looked at in any case. */
const TOKENS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\[(?:[^\]]|\]\])*\]|--[^\n\r\v\f\u0085\u2028\u2029]*|\/\*[\s\S]*?\*\/|0x[\da-f]*|\d[\d.]*(?:e[+-]?\d*)?|[\p{L}_@#][\p{L}\p{N}_@#$]*|\.|\S/giu
const FOUR_PARTS = 4

/** Throws `not-read-only` for a word that no reading statement needs, a name of four parts, which lies on another server, and a sequence that moves on. */
export function refuseTsqlWords(sql: string): void {
  const tokens = [...sql.matchAll(TOKENS)].map(([token]) => token).filter((token) => !/^(--|\/\*)/.test(token))
  for (const [at, token] of tokens.entries()) {
    const word = token.toLowerCase()
    if (REFUSED.has(word))
      throw new KnownError(
        'not-read-only',
        `${token.toUpperCase()} is not allowed here. Names like it are written in [brackets].`,
      )
    if (REFUSED_NAMES.test(/^[["]/.test(word) ? word.slice(1, -1) : word))
      throw new KnownError('not-read-only', `${token} is not allowed here: it reaches beyond the data, or writes.`)
    if (word === 'next' && tokens[at + 1]?.toLowerCase() === 'value')
      throw new KnownError('not-read-only', 'A sequence moves on when it is read.')
    if (word === 'fetch' && !/^(next|first)$/i.test(tokens[at + 1] ?? '')) throw new KnownError('not-read-only')
  }
  if (partsOfLongest(tokens) >= FOUR_PARTS)
    throw new KnownError('not-read-only', 'A name of four parts lies on another server. Only this database is read.')
}

/** `server..orders` leaves parts out, and has them all the same. */
function partsOfLongest(tokens: readonly string[]): number {
  let [longest, parts, isDot] = [0, 0, false]
  for (const token of tokens) {
    if (token === '.') {
      parts = Math.max(1, parts) + (isDot ? 1 : 0)
      isDot = true
      continue
    }
    const isName = /^[\p{L}_@#["]/u.test(token)
    parts = !isName ? 0 : isDot ? parts + 1 : 1
    isDot = false
    longest = Math.max(longest, parts)
  }
  return longest
}

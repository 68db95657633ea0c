import { dirname } from 'node:path'
import { type ErrorCode, KnownError } from '../../../contract/error.ts'
import { MEMORY_SENTENCE } from '../sentences.ts'

const HINTS = /\n?(?:Possible solutions|\* (?:Reducing|Disabling|Increasing)|See https?:)[\s\S]*$/

/**
 * The engine's error as people may read it: its own words with line and caret and with the names it proposes, without kinds, files and folders.
 * `paths` are the files that the job knew.
 */
export function cleanError(error: unknown, paths: readonly string[] = [], code: ErrorCode = 'query-failed'): KnownError {
  const raw = error instanceof Error ? error.message : String(error)
  if (/^Out of Memory Error/i.test(raw)) return new KnownError('limit-exceeded', MEMORY_SENTENCE, { cause: error })
  if (/^INTERRUPT/i.test(raw)) return new KnownError('cancelled', undefined, { cause: error })
  if (/^(INTERNAL|FATAL) Error/i.test(raw))
    return new KnownError(code, 'The database engine could not run this. Try it another way.', { cause: error })
  let text = raw.replace(/^(?:[A-Z][\w ]{0,30} Error: )+/, '').replace(HINTS, '')
  for (const path of paths) text = text.replaceAll(path, 'the file')
  for (const folder of new Set(paths.map((path) => dirname(path))))
    text = text.replaceAll(new RegExp(`${escapePattern(folder)}[^\\s'"]*`, 'g'), 'the file')
  return new KnownError(code, text.trim().slice(0, 1500), { cause: error })
}

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

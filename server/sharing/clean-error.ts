import { errors } from '../../contract/error.ts'
import type { StepError } from '../../contract/turn.ts'

/** What an error sentence must not hold in public: addresses, paths, hosts, accounts, internal ids, stacks. */
const telling = [
  /:\/\//,
  /@/,
  /\\/,
  /(?:^|[\s"'(=])~?\/[\w.-]/,
  /\b[a-z]:[\\/]/i,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/,
  /\b[\w-]+(?:\.[\w-]+)*:\d{2,5}\b/,
  /\b(?:localhost|password|passwd|pwd|secret|token|api[ _-]?key)\b/i,
  /\b[\w-]+\.(?:internal|local|lan|corp|intra|com|net|org|io)\b/i,
  /\b(?:ten|usr|cnv|trn|upl|shr|key)_[0-9a-z]{20,32}\b/,
  /\b(?:Traceback|node_modules|at \w+.*\()/,
]
const MAX_LENGTH = 300

/** The code and one cleaned sentence (S19). A sentence that could tell where things are gives way to the one that stands for its code. */
export function cleanError(error: StepError): StepError {
  const line = (error.message.split('\n', 1)[0] ?? '').trim()
  const isSafe = line !== '' && line.length <= MAX_LENGTH && !telling.some((pattern) => pattern.test(error.message))
  return { code: error.code, message: isSafe ? line : errors[error.code].sentence }
}

/** The sentence of the code alone, for pages that must not show statements: an engine quotes them. */
export const plainError = (error: StepError): StepError => ({ code: error.code, message: errors[error.code].sentence })

import { ErrorBody, type ErrorCode, KnownError } from '../../contract/error.ts'

/** A known error as the server said it, with the number that finds it in the server's log. */
export class CallError extends KnownError {
  readonly requestId: string | undefined
  constructor(code: ErrorCode, message?: string, options: { details?: unknown; cause?: unknown; requestId?: string } = {}) {
    super(code, message, options)
    this.name = 'CallError'
    this.requestId = options.requestId
  }
}

/** Reads the body of a refused request; a body that is no error of ours becomes `unavailable` or `internal`. */
export function callErrorOf(status: number, body: unknown): CallError {
  const parsed = ErrorBody.safeParse(body)
  if (!parsed.success) return new CallError(status === 502 || status === 503 || status === 504 ? 'unavailable' : 'internal')
  const { code, message, details, requestId } = parsed.data.error
  return new CallError(code, message, { details, requestId })
}

/** The request never reached the server, or its answer never came back. */
export const unreachable = (cause?: unknown): CallError =>
  new CallError('unavailable', 'The server cannot be reached. Check the connection and try again.', { cause })

/** Complaints about single fields of a form, by field name; empty when the error is not about fields. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof KnownError) || error.code !== 'invalid-input') return {}
  const { details } = error
  const issues = typeof details === 'object' && details !== null && 'issues' in details ? details.issues : undefined
  if (!Array.isArray(issues)) return {}
  const fields: Record<string, string> = {}
  for (const issue of issues as { path?: unknown; message?: unknown }[]) {
    if (typeof issue.path === 'string' && typeof issue.message === 'string') fields[issue.path] ??= issue.message
  }
  return fields
}

/** The sentence for people, with the log number where the fault is the server's. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CallError && error.code === 'internal' && error.requestId) return `${error.message} (${error.requestId})`
  if (error instanceof KnownError) return error.message
  return 'Something went wrong in this page. Reload it and try again.'
}

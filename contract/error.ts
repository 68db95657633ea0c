import { z } from 'zod'

/** Every error a person or program may meet: its HTTP status and the sentence that stands when no better one is given. */
export const errors = {
  'invalid-input': { status: 400, sentence: 'Something in the request is not as it should be.' },
  'not-signed-in': { status: 401, sentence: 'Sign in first.' },
  'wrong-credentials': { status: 401, sentence: 'E-mail or password is not right.' },
  'second-factor-needed': { status: 401, sentence: 'Write the code of your authenticator app as well.' },
  forbidden: { status: 403, sentence: 'You do not have the permission for this.' },
  'sharing-off': { status: 403, sentence: 'Sharing is switched off for this tenant. An admin can switch it on.' },
  'not-found': { status: 404, sentence: 'There is nothing here, or not for you.' },
  conflict: { status: 409, sentence: 'This does not fit the present state.' },
  'nothing-answered': { status: 409, sentence: 'Ask something first: a link needs one answered turn.' },
  'too-large': { status: 413, sentence: 'This is larger than allowed.' },
  'unreadable-file': { status: 422, sentence: 'The file could not be read.' },
  'query-failed': { status: 422, sentence: 'The query failed.' },
  'not-read-only': { status: 422, sentence: 'Only one reading statement (SELECT) is allowed.' },
  'limit-exceeded': { status: 422, sentence: 'The query ran past its limit of time or memory.' },
  'cell-failed': { status: 422, sentence: 'The Python cell failed.' },
  'model-failed': { status: 502, sentence: 'The model did not answer.' },
  'source-unreachable': { status: 502, sentence: 'The data source could not be reached.' },
  'too-many-requests': { status: 429, sentence: 'Too many requests. Try again in a moment.' },
  cancelled: { status: 499, sentence: 'Stopped.' },
  unavailable: { status: 503, sentence: 'This is not available right now. Try again in a moment.' },
  internal: { status: 500, sentence: 'Something went wrong on the server. The number below helps to find it in the log.' },
} as const satisfies Record<string, { status: number; sentence: string }>

export type ErrorCode = keyof typeof errors
export const ErrorCode = z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]])

export const ErrorBody = z.object({
  error: z.object({ code: ErrorCode, message: z.string(), details: z.unknown().optional(), requestId: z.string() }),
})
export type ErrorBody = z.infer<typeof ErrorBody>

/** The one error that is thrown on purpose. Anything else that is thrown is a bug. */
export class KnownError extends Error {
  readonly code: ErrorCode
  readonly details: unknown
  constructor(code: ErrorCode, message?: string, options: { details?: unknown; cause?: unknown } = {}) {
    super(message ?? errors[code].sentence, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'KnownError'
    this.code = code
    this.details = options.details
  }
}

// The one error type for operating faults, and the table that says what each code means to a shell, an HTTP client
// and a retry loop. Refusals are values, not errors; programmer errors are plain Errors and crash.

interface ErrorMeaning { readonly http: number; readonly exit: number; readonly retryable: boolean }

export const ERROR_CODES = {
  invalid_input: { http: 400, exit: 2, retryable: false },
  config_invalid: { http: 422, exit: 2, retryable: false },
  refused: { http: 409, exit: 3, retryable: false },
  not_found: { http: 404, exit: 4, retryable: false },
  conflict: { http: 409, exit: 3, retryable: false },
  forbidden: { http: 403, exit: 3, retryable: false },
  unproven: { http: 403, exit: 3, retryable: false },
  incomplete: { http: 200, exit: 5, retryable: false },
  daemon_unreachable: { http: 503, exit: 69, retryable: true },
  already_running: { http: 409, exit: 69, retryable: false },
  store_busy: { http: 503, exit: 69, retryable: true },
  store_unusable: { http: 500, exit: 69, retryable: false },
  schema_newer: { http: 500, exit: 69, retryable: false },
  unavailable: { http: 503, exit: 69, retryable: true },
  held_by_another: { http: 409, exit: 75, retryable: true },
  internal: { http: 500, exit: 1, retryable: false },
} as const satisfies Record<string, ErrorMeaning>

export type ErrorCode = keyof typeof ERROR_CODES

/** Match on `code`, never on the message or the class: the same code crosses the socket. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly context: Readonly<Record<string, unknown>>
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; context?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.context = options.context ?? {}
  }
}

/** The code of anything thrown; what is not an AppError is a bug and counts as `internal`. */
export function codeOf(error: unknown): ErrorCode {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'internal'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Ends a switch over a union, so that a new member is a compile error where it is not handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${claim}`)
}

/** One field that is wrong; `pointer` says where (RFC 6901). */
export type FieldError = { readonly pointer: string; readonly message: string };

type Failure = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly requestId?: string | null;
  readonly retryAfterMs?: number | null;
};

/**
 * What Posthorn answered instead of a 2xx, or that it did not answer: then `status` is 0 and `code`
 * `network` or `timeout`.
 */
export class PosthornError extends Error {
  readonly status: number;
  /** Stable, such as `validation_failed`; each is explained under docs/reference/problems. */
  readonly code: string;
  readonly detail: string;
  /** The fields that are wrong, on 422. */
  readonly errors: readonly FieldError[];
  /** Names the request in the log of the server. */
  readonly requestId: string | null;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | null;

  constructor(failure: Failure, options?: ErrorOptions) {
    const { status, code, detail, errors = [], requestId = null, retryAfterMs = null } = failure;
    const fields = errors.map(({ pointer, message }) => `; ${pointer} ${message}`).join('');
    super(`${code}${status === 0 ? '' : ` (${status})`}: ${detail}${fields}`, options);
    this.name = 'PosthornError';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Reads a problem (RFC 9457); what is none is told by its status. */
export function readProblem(
  answer: { readonly status: number; readonly headers: Headers },
  text: string,
  nowMs: number,
): PosthornError {
  const { status, headers } = answer;
  const said = parsed(text);
  return new PosthornError({
    status,
    code: textOr(said['code'], `http_${status}`),
    detail: textOr(said['detail'], textOr(said['title'], 'the server said no more')),
    errors: Array.isArray(said['errors']) ? (said['errors'] as FieldError[]) : [],
    requestId: typeof said['requestId'] === 'string' ? said['requestId'] : null,
    retryAfterMs: readRetryAfter(headers.get('retry-after'), nowMs),
  });
}

/** Seconds or a date; null for anything else. */
function readRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOr(value: unknown, other: string): string {
  return typeof value === 'string' ? value : other;
}

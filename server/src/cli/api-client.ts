import { limits } from '../core/limits.ts';
import { ApiError } from './api-error.ts';

/** A request to the API. */
export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Instead of a body: its exact text. */
  readonly json?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the server may take beyond the usual. */
  readonly extraMs?: number;
};

/** An answer of the API; 2xx, for anything else is thrown. */
export type ApiAnswer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
};

/** Calls the API of a server with a key; throws {@link ApiError} for what is not 2xx. */
export type ApiClient = {
  /** The answer as it stands, since JSON that is parsed loses digits. */
  ask(request: ApiRequest): Promise<ApiAnswer>;
  /** Sends a body as JSON and reads the answer as such. */
  call<Answer>(method: ApiRequest['method'], path: string, body?: unknown): Promise<Answer>;
};

/** A server and how to speak to it. */
export type Connection = {
  readonly url: string;
  readonly key: string;
  /** Null leaves it to the key, or to the server while it has one tenant. */
  readonly tenant: string | null;
  /** How long a call may take; `limits.commandMs` when not given. */
  readonly timeoutMs?: number;
  /** Ends calls at once. */
  readonly stop?: AbortSignal;
};

type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
};

const saidChars = 200;

/** A client for one tenant. */
export function apiClient(connection: Connection): ApiClient {
  return {
    ask: (request) => ask(connection, request),
    call: async <Answer>(method: ApiRequest['method'], path: string, body?: unknown) => {
      const request = { path, body, ...(method === undefined ? {} : { method }) };
      return answered<Answer>(await ask(connection, request));
    },
  };
}

/** The value of an answer; null when it has none. The caller vouches for its shape. */
export function answered<Value>({ text }: ApiAnswer): Value {
  return (text === '' ? null : JSON.parse(text)) as Value;
}

async function ask(connection: Connection, request: ApiRequest): Promise<ApiAnswer> {
  const { method = 'GET' } = request;
  const path = `${request.path}${queryText(request.query)}`;
  const response = await reached(connection, { ...request, method, path });
  const text = await response.text();
  const { status, headers } = response;
  if (response.ok) return { status, text, headers };
  throw new ApiError(status, `${method} ${path} answered ${status}: ${saidIn(text)}`);
}

function queryText(query: ApiRequest['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = given.map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`).join('&');
  return text === '' ? '' : `?${text}`;
}

async function reached(
  { url, key, tenant, timeoutMs = limits.commandMs, stop }: Connection,
  { path, method, body, json, headers, extraMs = 0 }: ApiRequest,
): Promise<Response> {
  const text = json ?? (body === undefined ? null : JSON.stringify(body));
  const inTime = AbortSignal.timeout(timeoutMs + extraMs);
  try {
    return await fetch(`${url}${path}`, {
      ...(method === undefined ? {} : { method }),
      headers: {
        authorization: `Bearer ${key}`,
        ...(tenant === null ? {} : { 'posthorn-tenant': tenant }),
        ...(text === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: text,
      signal: stop === undefined ? inTime : AbortSignal.any([inTime, stop]),
    });
  } catch (cause) {
    if (stop?.aborted === true) throw new Error('interrupted', { cause });
    const { origin } = new URL(url);
    throw new ApiError(null, `no server answers at ${origin} (${reasonOf(cause)})`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const deepest = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(deepest instanceof Error)) return String(deepest);
  return 'code' in deepest && typeof deepest.code === 'string' ? deepest.code : deepest.message;
}

/** What a problem answer says, in one line. */
export function saidIn(text: string): string {
  try {
    const { code, detail, errors = [] } = JSON.parse(text) as Problem;
    const parts = errors.map(({ pointer, message }) => `${pointer} ${message}`);
    return [`${code}: ${detail}`, ...parts].join('; ');
  } catch {
    return text.slice(0, saidChars).replaceAll(/\s+/g, ' ');
  }
}

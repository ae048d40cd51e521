import { PosthornError, readProblem } from './posthorn-error.ts';
import { retryWait } from './retry-wait.ts';
import type { RetryRule } from './retry-wait.ts';
import type { Surroundings } from './surroundings.ts';

/** What may be said about any request. */
export type RequestOptions = {
  readonly signal?: AbortSignal | undefined;
  /** For keys of the operator: the tenant meant; that of the client when not given. */
  readonly tenant?: string | undefined;
  /** Makes repeating this POST safe, also by another process; a random one when not given. */
  readonly idempotencyKey?: string | undefined;
  /** An ETag: changes only what still has it (412 otherwise). */
  readonly ifMatch?: string | undefined;
  /** For one try; that of the client when not given. */
  readonly timeoutMs?: number | undefined;
};

/** A request to the API. */
export type ApiRequest = RequestOptions & {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

/** What the API answered; `body` is undefined where there is none. */
export type ApiAnswer<Body> = {
  readonly status: number;
  readonly headers: Headers;
  readonly etag: string | null;
  readonly body: Body;
};

/** Where the API is and how it is asked. */
export type TransportOptions = {
  readonly url: string;
  readonly apiKey: string | null;
  readonly tenant: string | null;
  readonly timeoutMs: number;
  readonly retry: RetryRule;
  readonly userAgent: string;
};

/** Sends requests to the API, and repeats them while that is safe and may help. */
export class Transport {
  readonly #options: TransportOptions;
  readonly surroundings: Surroundings;

  constructor(options: TransportOptions, surroundings: Surroundings) {
    this.#options = options;
    this.surroundings = surroundings;
  }

  /** The body of the answer; throws PosthornError. */
  async call<Body>(request: ApiRequest): Promise<Body> {
    return (await this.ask<Body>(request)).body;
  }

  /** The answer with its headers; 304 is one too. Throws PosthornError. */
  async ask<Body>(request: ApiRequest): Promise<ApiAnswer<Body>> {
    // The same key on every try is what makes repeating a POST safe.
    const key = request.idempotencyKey ?? (request.method === 'POST' ? crypto.randomUUID() : null);
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#try<Body>(request, key);
      } catch (error) {
        if (!(error instanceof PosthornError)) throw error;
        const chance = this.surroundings.chance();
        const waitMs = retryWait(error, { failures, chance, rule: this.#options.retry });
        if (waitMs === null) throw error;
        await this.surroundings.sleep(waitMs, request.signal);
      }
    }
  }

  /** One try whose body is left to be read, without a limit on its time. */
  async open(request: ApiRequest): Promise<Response> {
    const response = await this.#fetch(request, { key: null, signal: request.signal });
    if (response.ok) return response;
    throw readProblem(response, await response.text(), this.surroundings.now());
  }

  async #try<Body>(request: ApiRequest, key: string | null): Promise<ApiAnswer<Body>> {
    const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const { signal: given } = request;
    const signal = given === undefined ? timeout : AbortSignal.any([given, timeout]);
    try {
      const response = await this.#fetch(request, { key, signal });
      const text = await response.text();
      if (response.ok || response.status === 304) return answerOf<Body>(response, text);
      throw readProblem(response, text, this.surroundings.now());
    } catch (error) {
      given?.throwIfAborted();
      if (error instanceof PosthornError) throw error;
      throw unanswered(error, { isLate: timeout.aborted, timeoutMs });
    }
  }

  #fetch(
    request: ApiRequest,
    { key, signal }: { key: string | null; signal: AbortSignal | undefined },
  ): Promise<Response> {
    const { url } = this.#options;
    const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    return this.surroundings.fetch(`${url}${request.path}${queryText(request.query)}`, {
      method: request.method,
      headers: this.#headers(request, key),
      ...body,
      ...(signal === undefined ? {} : { signal }),
      // The key must not follow it; not every runtime can refuse by itself.
      redirect: 'manual',
    });
  }

  #headers(request: ApiRequest, key: string | null): Record<string, string> {
    const { apiKey, tenant: ownTenant, userAgent } = this.#options;
    const tenant = request.tenant ?? ownTenant;
    return {
      // Browsers have a name of their own, and would ask for leave to send another.
      ...('process' in globalThis ? { 'user-agent': userAgent } : {}),
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(tenant === null ? {} : { 'posthorn-tenant': tenant }),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(request.ifMatch === undefined ? {} : { 'if-match': request.ifMatch }),
      ...request.headers,
    };
  }
}

function answerOf<Body>(response: Response, text: string): ApiAnswer<Body> {
  const { status, headers } = response;
  const body = (text === '' ? undefined : readJson(response, text)) as Body;
  return { status, headers, etag: headers.get('etag'), body };
}

function readJson({ status, headers }: Response, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const detail = `the answer is no JSON but ${headers.get('content-type') ?? 'of no type'}`;
    throw new PosthornError({ status, code: 'unreadable_answer', detail }, { cause });
  }
}

function unanswered(
  cause: unknown,
  { isLate, timeoutMs }: { isLate: boolean; timeoutMs: number },
): PosthornError {
  const why = cause instanceof Error ? (cause.cause ?? cause) : cause;
  const detail = isLate ? `no answer within ${timeoutMs} ms` : messageOf(why);
  return new PosthornError({ status: 0, code: isLate ? 'timeout' : 'network', detail }, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

type QueryValue = string | number | boolean | readonly string[] | null | undefined;

/** Lists become one value with commas; what is undefined is not asked for. */
function queryText(query: object | undefined): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}) as [string, QueryValue][]) {
    if (value === undefined || value === null) continue;
    given.set(name, Array.isArray(value) ? value.join(',') : value.toString());
  }
  const text = given.toString();
  return text === '' ? '' : `?${text}`;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../api/access.ts';
import type { Ask } from '../api/ask.ts';

/** What the API answered instead of what was asked for. */
export class RefusedError extends Error {
  readonly status: number;
  /** The problem answer, as JSON. */
  readonly text: string;

  constructor(status: number, text: string) {
    super(`the API answered ${status}`);
    this.name = 'RefusedError';
    this.status = status;
    this.text = text;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Calls the API as whoever called the MCP server: with their key, for their tenant. */
export class Caller {
  readonly access: Access;
  readonly #ask: Ask;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(ask: Ask, access: Access, headers: IncomingHttpHeaders) {
    this.#ask = ask;
    this.access = access;
    this.#headers = passedOn(headers);
  }

  /** The text of an answer, which is JSON; throws {@link RefusedError}. */
  async get(path: string, query: Query = {}): Promise<string> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const params = new URLSearchParams(
      given.map(([name, value]) => [name, String(value)] as [string, string]),
    );
    const asked = given.length === 0 ? path : `${path}?${params.toString()}`;
    return this.#answered(await this.#ask({ method: 'GET', path: asked, headers: this.#headers }));
  }

  /** The same of a request that does something. */
  async post(path: string, body: unknown, idempotencyKey?: string): Promise<string> {
    const headers = {
      ...this.#headers,
      'content-type': 'application/json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const request = { method: 'POST', path, headers, body: JSON.stringify(body) } as const;
    return this.#answered(await this.#ask(request));
  }

  #answered({ status, text }: Awaited<ReturnType<Ask>>): string {
    if (status >= 200 && status < 300) return text;
    throw new RefusedError(status, text);
  }
}

function passedOn({
  authorization,
  'posthorn-tenant': tenant,
}: IncomingHttpHeaders): Record<string, string> {
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(typeof tenant === 'string' ? { 'posthorn-tenant': tenant } : {}),
  };
}

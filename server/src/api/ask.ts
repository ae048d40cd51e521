import type { FastifyInstance } from 'fastify';

/** A request to a route of the same server, with the headers of whoever it is made for. */
export type AskRequest = {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/**
 * Asks a route of the same server without a socket: the same gate, checks and limits, and the same
 * handler, as for a request from outside.
 */
export type Ask = (
  request: AskRequest,
) => Promise<{ readonly status: number; readonly text: string }>;

/** Lets parts of the server ask its routes. */
export function askOf(app: FastifyInstance): Ask {
  return async ({ method, path, headers, body }) => {
    const payload = body === undefined ? {} : { payload: body };
    const { statusCode, body: text } = await app.inject({ method, url: path, headers, ...payload });
    return { status: statusCode, text };
  };
}

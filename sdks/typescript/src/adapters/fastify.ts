import type { WebhookHandler } from '../receiver/create-handler.ts';

type Reply = {
  code(status: number): unknown;
  headers(values: Readonly<Record<string, string>>): unknown;
  send(body: string): unknown;
};
type Asked = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
};

/** What is asked of an instance of Fastify 4 or 5. */
export type FastifyLike = {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parser: (
      request: unknown,
      body: Uint8Array,
      done: (error: null, body: Uint8Array) => void,
    ) => void,
  ): unknown;
  post(path: string, handle: (request: Asked, reply: Reply) => Promise<unknown>): unknown;
};

/**
 * The receiver as a plugin: `app.register(toFastifyPlugin(handler, '/webhooks'))`. Its body parser
 * keeps raw bytes, and is the plugin's own: other routes parse as before.
 */
export function toFastifyPlugin(
  handler: WebhookHandler,
  path: string,
): (instance: FastifyLike) => Promise<void> {
  return (instance) => {
    instance.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: handler.maxBodyBytes } as const;
    instance.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    instance.post(path, async (request, reply) => {
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const said = await handler.receive({ headers: request.headers, body });
      reply.code(said.status);
      reply.headers(said.headers);
      return reply.send(said.body);
    });
    return Promise.resolve();
  };
}

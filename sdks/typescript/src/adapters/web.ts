import type { WebhookHandler } from '../receiver/create-handler.ts';

/** The receiver for Hono: `app.post('/webhooks', toHonoHandler(handler))`. */
export function toHonoHandler(
  handler: WebhookHandler,
): (context: { readonly req: { readonly raw: Request } }) => Promise<Response> {
  return (context) => handler(context.req.raw);
}

/** The receiver for a route of Next: `export const POST = toNextHandler(handler)`. */
export function toNextHandler(handler: WebhookHandler): (request: Request) => Promise<Response> {
  return (request) => handler(request);
}

/** The receiver as a Worker, or for Deno and Bun: `export default toWorker(handler)`. */
export function toWorker(handler: WebhookHandler): {
  readonly fetch: (request: Request, env?: unknown, context?: WorkerContext) => Promise<Response>;
} {
  return {
    // What is accepted for later goes on after the answer only where the Worker is told so.
    fetch: (request, _env, context) =>
      handler(request, context && { waitUntil: (work) => context.waitUntil(work) }),
  };
}

type WorkerContext = { waitUntil(work: Promise<unknown>): void };

import { answer } from '../receiver/answer.ts';
import type { Answer } from '../receiver/answer.ts';
import type { WebhookHandler } from '../receiver/create-handler.ts';
import { alreadyRead, collect, notPosted } from '../receiver/read-body.ts';

/** What is asked of a request of `node:http`, of Express, Connect or a function of the cloud. */
export type NodeRequest = AsyncIterable<Uint8Array | string> & {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What a body parser before it has made of the body. */
  readonly body?: unknown;
  /** The raw bytes, where a platform keeps them beside the parsed body. */
  readonly rawBody?: unknown;
  readonly readableDidRead?: boolean | undefined;
};

/** What is asked of a response of `node:http`. */
export type NodeResponse = {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
};

/**
 * The receiver for `node:http`, Express and everything in their shape.
 *
 * It reads the body by itself, or takes the bytes of `express.raw()`. A body that was parsed
 * already is answered 500 with a word on how to mend that.
 */
export function toNodeHandler(
  handler: WebhookHandler,
): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => {
    const write = ({ status, headers, body }: Answer): void => {
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end(body);
    };
    // Most often a sender that hung up in mid-body; never may it look as if all went well.
    const failed = (): void => write(answer(500, { status: 'failed', error: 'no whole request' }));
    respond(request, handler).then(write, failed);
  };
}

async function respond(request: NodeRequest, handler: WebhookHandler): Promise<Answer> {
  if (request.method !== 'POST') return notPosted();
  const kept = keptBody(request);
  if (kept === null && request.readableDidRead === true) {
    console.error(`posthorn: ${alreadyRead}`);
    return answer(500, { status: 'failed', error: alreadyRead });
  }
  const body = kept ?? (await collect(request, handler.maxBodyBytes));
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  return handler.receive({ headers: request.headers, body });
}

/** The bytes as something before us has read them; null when nothing has. */
function keptBody({ body, rawBody }: NodeRequest): Uint8Array | string | null {
  for (const bytes of [rawBody, body]) {
    if (bytes instanceof Uint8Array || typeof bytes === 'string') return bytes;
  }
  return null;
}

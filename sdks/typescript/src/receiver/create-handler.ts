import { headerValues } from '../signing/header-values.ts';
import { webhook } from '../signing/webhook.ts';
import type { Secrets } from '../signing/webhook.ts';
import type { VerifyOptions } from '../signing/verify-signature.ts';
import type { WebhookEvent } from '../signing/webhook-event.ts';
import { WebhookVerificationError } from '../signing/webhook-verification-error.ts';
import { answer } from './answer.ts';
import type { Answer, RawWebhook, WaitUntil } from './answer.ts';
import { handlerFor } from './event-handlers.ts';
import type { EventHandlers } from './event-handlers.ts';
import { processOnce } from './process-once.ts';
import type { Once, ReplayWish } from './process-once.ts';
import { alreadyRead, readBody, tooLarge } from './read-body.ts';
import { readAckToken, reportsTo } from './report-later.ts';
import type { Report, SendReport } from './report-later.ts';
import type { SeenStore } from './seen-store.ts';

/** What a receiver of webhooks is made of. */
export type HandlerOptions = Omit<VerifyOptions, 'now'> & {
  /** `whsec_…` or `whpk_…`; several while they rotate. */
  readonly secret: Secrets;
  /** Where it is remembered which events were processed; all processes must share it. */
  readonly store: SeenStore;
  readonly on: EventHandlers;
  /** Whether a replay of an event that was processed is processed again; `skip` by default. */
  readonly onReplay?: ReplayWish;
  /** How long an event that was processed is remembered; 24 hours when not given. */
  readonly ttlMs?: number;
  /** How long after a crash the event may be processed again; 30 s when not given. */
  readonly leaseMs?: number;
  /** Sets receivers apart that share a store; `posthorn` when not given. */
  readonly name?: string;
  /** 2 MiB when not given. */
  readonly maxBodyBytes?: number;
  /** Where Posthorn is; needed to report what came of `acceptLater`. */
  readonly posthornUrl?: string;
  /** The clock, in Unix milliseconds, for tests. */
  readonly now?: () => number;
  /** Told of what handlers throw and of a store that fails; writes to the console by default. */
  readonly onError?: (error: unknown, event: WebhookEvent | null) => void;
};

/** A receiver: a function from a web `Request` to its `Response`, of which adapters are made. */
export type WebhookHandler = {
  (request: Request, later?: { readonly waitUntil?: WaitUntil }): Promise<Response>;
  /** The same for what is no `Request`. */
  receive(raw: RawWebhook): Promise<Answer>;
  readonly maxBodyBytes: number;
};

const defaults = { ttlMs: 86_400_000, leaseMs: 30_000, name: 'posthorn', maxBodyBytes: 2_097_152 };

/**
 * Makes a receiver that verifies each webhook and has each event processed once.
 *
 * A second delivery of an event in flight is answered 409 with Retry-After, of one that was
 * processed 200. What a handler throws is answered 500 (RejectEvent 422, RetryLater 503), and the
 * event may come again at once; after a crash it may once `leaseMs` is over.
 */
export function createHandler(options: HandlerOptions): WebhookHandler {
  const { maxBodyBytes = defaults.maxBodyBytes } = options;
  const once = onceOf(options);
  const send = reportsOf(options);
  const receive = (raw: RawWebhook): Promise<Answer> => received(raw, options, { once, send });
  const handle: (...given: Parameters<WebhookHandler>) => Promise<Response> = async (
    request,
    later,
  ) => {
    const body = await readBody(request, maxBodyBytes);
    const said =
      body instanceof Uint8Array
        ? await receive({ headers: request.headers, body, ...later })
        : body;
    return new Response(said.body, { status: said.status, headers: said.headers });
  };
  return Object.assign(handle, { receive, maxBodyBytes });
}

type Common = Omit<Once, 'report' | 'waitUntil'>;
type Parts = { readonly once: Common; readonly send: SendReport | null };

function onceOf(options: HandlerOptions): Common {
  const { store, now = Date.now, onReplay = 'skip' } = options;
  const onError = careful(options.onError ?? logged);
  const { ttlMs, leaseMs, name } = { ...defaults, ...options };
  return { store, name, ttlMs, leaseMs, onReplay, onError, now };
}

function reportsOf({ posthornUrl }: HandlerOptions): SendReport | null {
  return posthornUrl === undefined ? null : reportsTo(posthornUrl.replace(/\/+$/, ''));
}

async function received(
  raw: RawWebhook,
  options: HandlerOptions,
  { once, send }: Parts,
): Promise<Answer> {
  const { secret, on, maxBodyBytes = defaults.maxBodyBytes } = options;
  if (raw.body.length > maxBodyBytes) return tooLarge(maxBodyBytes);
  // A stream of headers can be gone through once.
  const headers = [...headerValues(raw.headers)];
  let event: WebhookEvent;
  try {
    const named = Object.fromEntries(headers);
    event = await webhook.verify(raw.body, named, secret, { ...options, now: once.now() });
  } catch (error) {
    once.onError(error, null);
    return unverified(error);
  }
  const handle = handlerFor(on, event.type);
  if (handle === undefined) return answer(200, { status: 'ignored', type: event.type });
  const ack = readAckToken(new Map(headers));
  const report = ack === null || send === null ? null : (said: Report) => send(ack, said);
  const { waitUntil = goesOn } = raw;
  return processOnce(event, handle, { ...once, report, waitUntil });
}

/** A process that stays needs no word to go on with its work. */
function goesOn(): void {
  // The work catches its own errors.
}

/** 401 for what the sender may mend; 500 for what is wrong here. */
function unverified(error: unknown): Answer {
  if (error instanceof WebhookVerificationError && error.code !== 'secret_malformed') {
    return answer(401, { status: 'unverified', code: error.code, error: error.message });
  }
  const why = error instanceof TypeError ? alreadyRead : 'the receiver cannot verify webhooks';
  return answer(500, { status: 'failed', error: why });
}

/** What is told of an error must not decide what is answered. */
function careful(onError: Once['onError']): Once['onError'] {
  return (error, event) => {
    try {
      onError(error, event);
    } catch (cause) {
      logged(cause);
    }
  };
}

function logged(error: unknown): void {
  console.error(error);
}

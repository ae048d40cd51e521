import type { WebhookContext, WebhookEvent } from '../signing/webhook-event.ts';
import { answer, processedAnswer } from './answer.ts';
import type { Answer, WaitUntil } from './answer.ts';
import type { EventHandler } from './event-handlers.ts';
import { RejectEvent, RetryLater } from './handler-errors.ts';
import { Hold } from './hold.ts';
import type { HoldTimes } from './hold.ts';
import { Later } from './later.ts';
import type { LaterWork } from './later.ts';
import { doneMark, judgeReplay, readMark } from './mark.ts';
import type { Mark } from './mark.ts';
import type { Report } from './report-later.ts';
import type { SeenStore } from './seen-store.ts';

/** Whether a replay of a processed event is processed again. */
export type ReplayWish =
  | 'process'
  | 'skip'
  | ((event: WebhookEvent, context: WebhookContext) => boolean | Promise<boolean>);

/** What processing an event once takes. */
export type Once = HoldTimes & {
  readonly store: SeenStore;
  /** Goes before the id of the event. */
  readonly name: string;
  readonly onReplay: ReplayWish;
  readonly onError: (error: unknown, event: WebhookEvent | null) => void;
  /** How it is reported what came of work that was accepted; null where nobody waits for that. */
  readonly report: ((report: Report) => Promise<void>) | null;
  readonly waitUntil: WaitUntil;
};

type Taken = { readonly hold: Hold; readonly before: Mark | null };

/** So soon an event that is in flight may be asked for again. */
const inFlightWaitMs = 5_000;
const storeWaitMs = 10_000;

/** Has an event processed unless it was already, and says so in an answer. */
export async function processOnce(
  event: WebhookEvent,
  handle: EventHandler,
  once: Once,
): Promise<Answer> {
  let taken: Taken | Answer;
  try {
    taken = await take(event, once);
  } catch (error) {
    once.onError(error, event);
    const said = { status: 'store_unavailable' } as const;
    return answer(503, said, { retryAfterMs: storeWaitMs });
  }
  if ('status' in taken) return taken;
  try {
    const result = await handle(event, event.context);
    if (!(result instanceof Later)) return await finished(event, { result, taken, once });
    const { work } = result;
    if (once.report === null) {
      return await finished(event, { result: await work(async () => {}), taken, once });
    }
    once.waitUntil(workedLater(event, { work, taken, once, report: once.report }));
    return answer(202, { status: 'accepted' });
  } catch (error) {
    await givenUp(event, { error, taken, once });
    return failedAnswer(error);
  }
}

async function take(event: WebhookEvent, once: Once): Promise<Taken | Answer> {
  const key = `${once.name}:${event.id}`;
  const hold = new Hold(once.store, key, once);
  if (await hold.take()) return { hold, before: null };
  const text = await once.store.get(key);
  const mark = text === null ? null : readMark(text);
  // It ended between the two questions: the next attempt finds out how.
  if (mark === null || mark.is === 'in_flight') return inFlight();
  if (!(await isWanted(event, once.onReplay))) return answer(200, { status: 'duplicate' });
  const verdict = judgeReplay(event, mark);
  if (verdict === 'repeat') return answer(200, { status: 'duplicate' });
  if (verdict === 'too_soon') {
    return answer(409, { status: 'replay_too_soon' }, { retryAfterMs: 1_000 });
  }
  await hold.takeOver();
  return { hold, before: mark };
}

function inFlight(): Answer {
  return answer(409, { status: 'in_flight' }, { retryAfterMs: inFlightWaitMs });
}

async function isWanted(event: WebhookEvent, wish: ReplayWish): Promise<boolean> {
  if (!event.context.isReplay) return false;
  return typeof wish === 'function' ? wish(event, event.context) : wish === 'process';
}

/** The work is done, so the answer is 200 even when that cannot be remembered. */
async function finished(
  event: WebhookEvent,
  { result, taken, once }: { result: unknown; taken: Taken; once: Once },
): Promise<Answer> {
  try {
    await taken.hold.finish(doneMark(event));
  } catch (error) {
    once.onError(error, event);
  }
  return processedAnswer(result);
}

type LaterParts = {
  readonly work: LaterWork;
  readonly taken: Taken;
  readonly once: Once;
  readonly report: (report: Report) => Promise<void>;
};

/** Does work that was accepted, and reports what came of it; never throws. */
async function workedLater(event: WebhookEvent, parts: LaterParts): Promise<void> {
  const { work, taken, once, report } = parts;
  try {
    const note = await work((message) => report({ verb: 'progress', body: optional({ message }) }));
    await finished(event, { result: undefined, taken, once });
    await reported(event, parts, { verb: 'ack', body: optional({ note: note ?? undefined }) });
  } catch (error) {
    await givenUp(event, { error, taken, once });
    const body = { note: messageOf(error), final: error instanceof RejectEvent };
    await reported(event, parts, { verb: 'fail', body });
  }
}

/** What is not reported is sent again, and is a duplicate then or is done anew. */
async function reported(
  event: WebhookEvent,
  { report, once }: LaterParts,
  said: Report,
): Promise<void> {
  await report(said).catch((cause: unknown) => once.onError(cause, event));
}

async function givenUp(
  event: WebhookEvent,
  { error, taken, once }: { error: unknown; taken: Taken; once: Once },
): Promise<void> {
  // A hold that cannot be given back ends by itself.
  await taken.hold.release(taken.before).catch((cause: unknown) => once.onError(cause, event));
  once.onError(error, event);
}

function optional<Key extends string>(
  given: Record<Key, string | undefined>,
): Partial<Record<Key, string>> {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Partial<Record<Key, string>>;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failedAnswer(error: unknown): Answer {
  const message = messageOf(error);
  if (error instanceof RejectEvent) return answer(422, { status: 'rejected', error: message });
  if (error instanceof RetryLater) {
    const said = { status: 'retry_later', error: message } as const;
    return answer(503, said, { retryAfterMs: error.afterMs });
  }
  return answer(500, { status: 'failed', error: message });
}

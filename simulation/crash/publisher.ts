/**
 * A publisher that writes down what it sends and what was acknowledged, and sends each request
 * again, with the same ids, until it is.
 *
 * `publisher.ts LOG_FILE PORT KEY SEED`; a message `stop` ends it once nothing is open.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { appendLine, type Publication } from './crash-log.ts';
import { hashOf } from './hashes.ts';
import { seeded } from './seeded.ts';

const lineCount = 8;
const pauseMs = 20;
const againMs = 20;
const answerWaitMs = 20_000;
/** One request in so many is a batch of so many events. */
const batchOneIn = 16;
const batchSize = 20;
const dataBytesMax = 2_000;

const [logFile = '', port = '', key = '', seed = '0'] = process.argv.slice(2);
const chance = seeded(Number(seed));
const agent = new Agent({ headersTimeout: answerWaitMs, bodyTimeout: answerWaitMs });
const stopping = new AbortController();
let eventCount = 0;

process.on('disconnect', () => process.exit());
process.on('message', () => {
  stopping.abort();
});
process.channel?.ref();

await Promise.all(Array.from({ length: lineCount }, publishOn));
// Not by disconnecting: that means a dead parent, and ends this process by force.
process.send?.({ eventCount }, () => process.exit());

type Event = { id: string; type: string; data: unknown };
type Result = { id?: string; duplicate?: boolean; sameContent?: boolean; error?: unknown };

async function publishOn(): Promise<void> {
  while (!stopping.signal.aborted) {
    const isBatch = chance() * batchOneIn < 1;
    const events = Array.from({ length: isBatch ? batchSize : 1 }, newEvent);
    for (const event of events) note('sent', event);
    await sendUntilAcknowledged(events, isBatch);
    for (const event of events) note('acknowledged', event);
    await wait(pauseMs);
  }
}

function newEvent(): Event {
  eventCount += 1;
  const text = 'é'.repeat(Math.floor(chance() * dataBytesMax));
  return { id: `crash-${eventCount}`, type: 'crash.test', data: { number: eventCount, text } };
}

async function sendUntilAcknowledged(events: readonly Event[], isBatch: boolean): Promise<void> {
  const path = isBatch ? '/v1/events/batch' : '/v1/events';
  const body = JSON.stringify(isBatch ? { events } : events[0]);
  while (true) {
    const answer = await send(path, body);
    if (answer?.status === 202) return check(answer.text, events, isBatch);
    const isRefused = answer !== null && answer.status !== 503;
    if (isRefused) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    await wait(againMs);
  }
}

async function send(path: string, body: string): Promise<{ status: number; text: string } | null> {
  try {
    const answer = await request(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      dispatcher: agent,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch {
    // Killed, or not up yet: nobody knows what became of the request.
    return null;
  }
}

function check(text: string, events: readonly Event[], isBatch: boolean): void {
  const answer = JSON.parse(text) as Result & { results?: Result[] };
  const results = isBatch ? (answer.results ?? []) : [answer];
  for (const [index, { id }] of events.entries()) {
    const result = results[index];
    const isSame = result?.duplicate !== true || result.sameContent === true;
    if (result?.id !== id || !isSame) throw new Error(`${id} was answered: ${text.slice(0, 500)}`);
  }
}

function note(did: Publication['did'], { id, data }: Event): void {
  appendLine(logFile, { did, eventId: id, dataHash: hashOf(JSON.stringify(data)) });
}

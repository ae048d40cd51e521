import { createHash } from 'node:crypto';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures.ts';
import { idPrefixes } from '../core/ids.ts';
import type { EventId, TenantId } from '../core/ids.ts';
import type { Accepted, NewEvent } from '../ingest/new-event.ts';
import type { IdempotencyRow } from '../store/idempotency.ts';
import type { ApiDeps } from './deps.ts';
import { replayOf } from './idempotency.ts';
import { problemOf } from './problem.ts';
import type { Answer, Call } from './route.ts';
import { traced } from './traced.ts';
import { acceptedView, failureOf } from './views/accepted-view.ts';

type Result = ReturnType<typeof acceptedView> | { error: ReturnType<typeof problemOf> };
type Accept = (tenantId: TenantId, events: NewEvent[]) => Promise<Accepted[]>;

/**
 * Accepts what was read of a batch and answers for each element, in order. Under an idempotency key
 * events get ids made of the key, so that a batch that broke off is not published twice; its
 * answer is kept unless an element may fare better when it is sent again.
 */
export async function acceptMany(
  deps: ApiDeps,
  call: Call,
  { read, accept }: { read: readonly (NewEvent | AppError)[]; accept: Accept },
): Promise<Answer> {
  const row = call.idempotency?.row(202, '') ?? null;
  const named = row === null ? read : read.map((each, index) => namedBy(row, each, index));
  const judged = await judge(named, (events) =>
    accept(
      call.access.tenant,
      events.map((each) => traced(call, each)),
    ),
  );
  const results = judged.map((each): Result =>
    each instanceof AppError ? { error: problemOf(each, deps.ids.make('request')) } : each,
  );
  const rejectedCount = judged.filter((each) => each instanceof AppError).length;
  const acceptedCount = results.length - rejectedCount;
  const body = { acceptedCount, rejectedCount, results };
  if (call.idempotency === null || judged.some(isRetryable)) return { status: 202, body };
  return keep(deps, call.access.tenant, call.idempotency.row(202, JSON.stringify(body)));
}

type Judged = ReturnType<typeof acceptedView> | AppError;

async function judge(
  read: readonly (NewEvent | AppError)[],
  accept: (events: NewEvent[]) => Promise<Accepted[]>,
): Promise<Judged[]> {
  const events = read.filter((each): each is NewEvent => !(each instanceof AppError));
  const accepted = events.length === 0 ? [] : await accept(events);
  let next = 0;
  return read.map((each) => {
    if (each instanceof AppError) return each;
    const answer = accepted[next];
    next += 1;
    if (answer === undefined) throw new Error('ingest left an event unanswered');
    if (answer.is !== 'failed') return acceptedView(answer);
    return failureOf(answer);
  });
}

function isRetryable(judged: Judged): boolean {
  return judged instanceof AppError && failures[judged.code].retryable;
}

function namedBy(
  { path, key, bodyDigest }: IdempotencyRow,
  each: NewEvent | AppError,
  index: number,
): NewEvent | AppError {
  if (each instanceof AppError || each.id !== null) return each;
  const seed = JSON.stringify([path, key, bodyDigest, index]);
  const digest = createHash('sha256').update(seed).digest('base64url');
  return { ...each, id: `${idPrefixes.event}_${digest}` as EventId };
}

/** Keeps the answer after its effects, which nothing can repeat: their ids are taken by now. */
async function keep(deps: ApiDeps, tenantId: TenantId, row: IdempotencyRow): Promise<Answer> {
  const answer = await deps.mirror.change({ tenantId, writes: [], idempotency: row });
  if (answer.is === 'idempotency_conflict') throw new AppError('idempotency_conflict');
  if (answer.is === 'repeated') return replayOf(answer.row);
  return { status: row.status, text: Buffer.from(row.body).toString('utf8') };
}

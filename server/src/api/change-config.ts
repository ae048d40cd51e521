import { AppError } from '../core/app-error.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueAnswer, CatalogueWrite, StoredResource } from '../store/catalogue.ts';
import type { ApiDeps } from './deps.ts';
import { assertMatches, etagOf } from './etag.ts';
import { replayOf } from './idempotency.ts';
import type { Answer, Call } from './route.ts';

/** What a request changes, and what it answers once that is stored. */
export type ConfigChange = {
  readonly tenantId: TenantId | null;
  readonly writes: readonly CatalogueWrite[];
  readonly status: number;
  /** Left out when the answer has no body. */
  readonly body?: unknown;
};

/**
 * Makes new things and answers what was made, or what the same request was answered before.
 * Throws `already_exists` when one of them is there.
 */
export async function createConfig(
  deps: ApiDeps,
  call: Call,
  change: ConfigChange,
): Promise<Answer> {
  const answer = await commit(deps, call, change);
  if (answer.is === 'conflict') throw new AppError('already_exists');
  return answerOf(answer, change, 1);
}

/** Which stored thing a request is about, and what becomes of it. */
export type ConfigUpdate<Found extends StoredResource> = {
  readonly find: () => Found | null;
  readonly change: (found: Found) => ConfigChange | Promise<ConfigChange>;
};

/**
 * Changes what is stored, from its present version; when somebody else was quicker it starts again
 * from theirs, unless `If-Match` named a version. The change's first write is the thing itself.
 */
export async function updateConfig<Found extends StoredResource>(
  deps: ApiDeps,
  call: Call,
  { find, change }: ConfigUpdate<Found>,
): Promise<Answer> {
  for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
    const found = find();
    if (found === null) throw new AppError('not_found');
    assertMatches(call, found.version);
    const wanted = await change(found);
    const answer = await commit(deps, call, wanted);
    if (answer.is !== 'conflict') return answerOf(answer, wanted, found.version + 1);
    await deps.mirror.refresh();
  }
  throw new AppError('conflict');
}

type Committed = Exclude<CatalogueAnswer, { is: 'idempotency_conflict' }>;

async function commit(deps: ApiDeps, call: Call, change: ConfigChange): Promise<Committed> {
  const { tenantId, writes, status, body } = change;
  const text = body === undefined ? '' : JSON.stringify(body);
  const idempotency = call.idempotency?.row(status, text) ?? null;
  const answer = await deps.mirror.change({ tenantId, writes, idempotency });
  if (answer.is === 'idempotency_conflict') throw new AppError('idempotency_conflict');
  return answer;
}

function answerOf(
  answer: Exclude<Committed, { is: 'conflict' }>,
  { status, body }: ConfigChange,
  version: number,
): Answer {
  if (answer.is === 'repeated') return replayOf(answer.row);
  return body === undefined ? { status } : { status, body, headers: { etag: etagOf(version) } };
}

import type { NodeId, ReplayId, TenantId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import type { ReplayJob, ReplayState } from '../../server/src/core/replay.ts';
import type { Page, PageOf } from '../../server/src/store/page.ts';
import type {
  MakeReplayAnswer,
  NewReplay,
  ReplayChange,
  ReplayChangeAnswer,
} from '../../server/src/store/replays.ts';
import { idempotencyKey, judgeRow } from './accept-event.ts';
import { rowKey } from './image.ts';
import type { Image, ReplayEntry } from './image.ts';
import { startReplay } from './start-replay.ts';

/** The entry of a job; without a tenant it is looked for in all. */
export function findReplay(
  image: Image,
  { tenantId, id }: { tenantId: TenantId | null; id: ReplayId },
): ReplayEntry | null {
  if (tenantId !== null) return image.replays.get(rowKey(tenantId, id)) ?? null;
  return entries(image).find(({ job }) => job.id === id) ?? null;
}

/** Puts a job in the place of what is kept of it. */
export function keepReplay(image: Image, entry: ReplayEntry): ReplayEntry {
  image.replays.set(rowKey(entry.job.tenantId, entry.job.id), entry);
  return entry;
}

/** Jobs, newest first. */
export function listReplays(
  image: Image,
  filter: { tenantId: TenantId | null; state?: ReplayState },
  page: Page,
): PageOf<ReplayJob> {
  const fitting = entries(image)
    .map(({ job }) => job)
    .filter(
      ({ tenantId, state, position, createdAt }) =>
        (filter.tenantId === null || filter.tenantId === tenantId) &&
        (filter.state === undefined || filter.state === state) &&
        (page.before === null || position < page.before) &&
        (page.from === undefined || createdAt >= page.from) &&
        (page.until === undefined || createdAt < page.until),
    )
    .toReversed();
  const rows = fitting.slice(0, page.limit);
  const last = rows.at(-1);
  return { rows, next: fitting.length > page.limit && last !== undefined ? last.position : null };
}

/** Makes a job, which runs from now on. */
export function makeReplay(image: Image, replay: NewReplay): MakeReplayAnswer {
  const present = findReplay(image, replay);
  if (present !== null) return { is: 'made', job: present.job };
  const { idempotency, ...given } = replay;
  const kept = idempotency && judgeRow(image, idempotency, given.createdAt);
  if (kept) return kept;
  const unended = entries(image).filter(({ job }) => isOf(job, given.tenantId) && !hasEnded(job));
  if (unended.length >= limits.replaysUnended) return { is: 'too_many' };
  if (idempotency !== null) image.idempotency.set(idempotencyKey(idempotency), idempotency);
  return { is: 'made', job: startReplay(image, given) };
}

/** Pauses, resumes or cancels a job. */
export function changeReplay(
  image: Image,
  { tenantId, replayId, to, at, idempotency }: ReplayChange,
): ReplayChangeAnswer {
  const kept = idempotency && judgeRow(image, idempotency, at);
  if (kept) return kept;
  const entry = findReplay(image, { tenantId, id: replayId });
  if (entry === null) return { is: 'unknown' };
  const { job } = entry;
  if (job.state !== to && hasEnded(job)) return { is: 'refused', state: job.state };
  if (idempotency !== null) image.idempotency.set(idempotencyKey(idempotency), idempotency);
  if (job.state === to) return { is: 'changed', job };
  const endedAt = to === 'cancelled' ? at : null;
  const changed = { ...job, state: to, version: job.version + 1, endedAt };
  return { is: 'changed', job: keepReplay(image, { job: changed, claim: null }).job };
}

/** Claims running jobs that nobody holds; answers all that the node holds. */
export function claimReplays(
  image: Image,
  { node, claimMs, limit }: { node: NodeId; claimMs: number; limit: number },
): ReplayJob[] {
  const now = image.clock.now();
  const free = entries(image).filter(
    ({ job, claim }) =>
      job.state === 'running' && (claim === null || claim.node === node || claim.endsAt <= now),
  );
  return free.slice(0, limit).map(({ job }) => {
    keepReplay(image, { job, claim: { node, endsAt: now + claimMs } });
    return job;
  });
}

function entries(image: Image): ReplayEntry[] {
  const all = image.replays.sorted().map(([, entry]) => entry);
  return all.toSorted((a, b) => a.job.position - b.job.position);
}

function isOf(job: ReplayJob, tenantId: TenantId): boolean {
  return job.tenantId === tenantId;
}

function hasEnded({ state }: ReplayJob): boolean {
  return state !== 'running' && state !== 'paused';
}

import { AppError } from '../../core/app-error.ts';
import type { TenantId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Chain } from '../../core/chain/chain.ts';
import type { KeepAnswer } from '../../ingest/new-event.ts';
import type { ChainGoingOn } from '../../ingest/chains.ts';
import type { EventSummary } from '../../store/finder.ts';
import { chainStanding } from '../chain-standing.ts';
import type { ApiDeps } from '../deps.ts';
import { replayOf } from '../idempotency.ts';
import { listAnswer, listQuery, pageOf } from '../listing.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { chainParams, ChainBody, ReleasedChainBody } from '../schemas/chain-schema.ts';
import { closed } from '../schemas/fields.ts';
import { failureOf } from '../views/accepted-view.ts';
import { chainEventView, chainView } from '../views/chain-view.ts';

type Reads = ApiDeps['store']['finder'];
type About = { readonly tenantId: TenantId; readonly correlationId: string };

const readChain = route({
  method: 'GET',
  path: '/v1/chains/{id}',
  summary: 'Show a chain of events, newest first, with their deliveries and tasks',
  scope: 'read',
  params: chainParams,
  query: closed(listQuery),
  answers: { 200: ChainBody },
  fails: ['not_found', 'cursor_mismatch', 'validation_failed'],
  handle: async (call, { store: { finder } }) => {
    const asked = pageOf(call);
    const page = { ...asked, limit: Math.min(asked.limit, limits.chainEvents) };
    const about = await findChain(finder, call.access.reach, call.params.id);
    const events = await finder.events(about, page);
    const [chain, heldCount, counts, tasks] = await Promise.all([
      chainStanding(finder, about),
      countHeld(finder, about),
      countDeliveries(finder, about, events.rows),
      tasksOf(finder, about, events.rows),
    ]);
    const found = new Map(counts.map((each) => [each.eventId, each]));
    const { status, body } = listAnswer(call, events, (event) =>
      chainEventView(event, { chain, found: found.get(event.id) }),
    );
    return {
      status,
      body: { ...chainView(about.correlationId, chain), heldCount, tasks, ...list(body) },
    };
  },
});

const releaseChain = route({
  method: 'POST',
  path: '/v1/chains/{id}/release',
  summary: 'Deliver what a chain holds, and let it go on',
  scope: 'manage',
  params: chainParams,
  isIdempotent: true,
  answers: { 200: ReleasedChainBody },
  fails: ['not_found', 'conflict', 'idempotency_conflict', 'overloaded', 'disk_full'],
  handle: async (call, deps) => {
    const about = await findChain(deps.store.finder, call.access.tenant, call.params.id);
    return release(deps, call, about);
  },
});

async function release(deps: ApiDeps, call: Call, about: About): Promise<Answer> {
  const { correlationId } = about;
  const released = await deps.chains.release(about, keeping(call, correlationId));
  if (released.is === 'unchanged') {
    const chain = await chainStanding(deps.store.finder, about);
    return { status: 200, body: releasedView(correlationId, { chain, replayId: null }) };
  }
  const { accepted } = released;
  if (accepted.is === 'repeated') return replayOf(accepted.row);
  if (accepted.is === 'failed') throw failureOf(accepted);
  deps.replaysChanged();
  return { status: 200, body: releasedView(correlationId, released) };
}

function keeping({ idempotency }: Call, correlationId: string) {
  if (idempotency === null) return undefined;
  return (on: ChainGoingOn): KeepAnswer => {
    const body = JSON.stringify(releasedView(correlationId, on));
    return () => idempotency.row(200, body);
  };
}

function releasedView(
  correlationId: string,
  { chain, replayId }: { chain: Chain; replayId: string | null },
) {
  return { ...chainView(correlationId, chain), released: replayId !== null, replayId };
}

/** A chain is there as long as one of its events is; an operator's look finds whose it is. */
async function findChain(
  finder: Reads,
  tenantId: TenantId | null,
  correlationId: string,
): Promise<About> {
  const { rows } = await finder.events({ tenantId, correlationId }, { before: null, limit: 1 });
  const [newest] = rows;
  if (newest === undefined) throw new AppError('not_found', 'There is no such chain.');
  return { tenantId: newest.tenantId, correlationId };
}

async function countHeld(finder: Reads, about: About): Promise<number> {
  const { allowedHops: hopsOver } = await chainStanding(finder, about);
  return (await finder.chainHeld({ ...about, hopsOver, limit: limits.chainHeldCounted })).count;
}

function countDeliveries(finder: Reads, { tenantId }: About, events: readonly EventSummary[]) {
  const eventIds = events.map(({ id }) => id);
  return finder.deliveryCounts({ tenantId, eventIds, limit: limits.chainDeliveries });
}

/** The key of a task's event is the id of the task. */
async function tasksOf(finder: Reads, { tenantId }: About, events: readonly EventSummary[]) {
  const told = events.filter(({ type, key }) => type.startsWith('task.') && key !== null);
  const ids = [...new Set(told.flatMap(({ key }) => key ?? []))];
  const rows = await Promise.all(ids.map((id) => finder.guarded({ tenantId, kind: 'task', id })));
  return rows.flatMap((row) => (row === null ? [] : [{ id: row.id, state: row.state }]));
}

function list(body: unknown) {
  return body as { data: unknown[]; nextCursor: string | null };
}

/** Routes about chains. */
export const chainRoutes = [readChain, releaseChain];

import { AppError } from '../core/app-error.ts';
import type { Chance, Clock } from '../core/clock.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import { failures } from '../core/failures.ts';
import type { FailureCode } from '../core/failures.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { Emit } from '../core/signal.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Finder } from '../store/finder.ts';
import type {
  AcceptAnswer,
  GuardedWrite,
  Overtaken,
  PlannedDelivery,
  PlannedEvent,
  Queue,
} from '../store/queue.ts';
import { Chains } from './chains.ts';
import type { Accepted, Ingest, KeepAnswer, NewEvent, PreviewEvent } from './new-event.ts';
import { carriedDeliveries } from './carried-deliveries.ts';
import { heldDeliveries } from './held-deliveries.ts';
import { planCallback } from './plan-callback.ts';
import type { PlannedCallback } from './plan-callback.ts';
import { acceptedHeads, nameEvent, planDeliveries, storedEvent } from './plan-event.ts';
import type { Cause, NamedEvent } from './plan-event.ts';
import { previewEvent } from './preview-event.ts';
import { reachedBy } from './reached-by.ts';
import { TypeCheck } from './type-check.ts';
import { WantedBy } from './wanted-by.ts';

export type IngestDeps = {
  readonly queue: Pick<Queue, 'accept'>;
  readonly finder: Pick<Finder, 'event' | 'guarded' | 'chainHeld' | 'chainVolume'>;
  readonly mirror: CatalogueMirror;
  /** Shared with others that ask; an own one when left out. */
  readonly wanted?: WantedBy;
  readonly ids: IdMaker;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly emit: Emit;
  /**
   * Answers null when new events may come in at once, else when they may: a node that cannot keep
   * up takes in no faster than it sends.
   */
  readonly relief: (eventCount: number) => Promise<void> | null;
  /** Whether types that nobody registered are refused. */
  readonly strictTypes?: boolean;
  /**
   * Told of each event that was committed, with the deliveries that may go now, and with what it
   * did to those that were there before.
   */
  readonly committed: (
    event: StoredEvent,
    heads: readonly PendingDelivery[],
    overtaken: Overtaken,
  ) => void;
};

const nobody: readonly EndpointId[] = [];
const noWrites: PlannedEvent['writes'] = [];

type Item = {
  readonly index: number;
  readonly from: NewEvent;
  readonly named: NamedEvent;
  readonly callback: PlannedCallback | null;
  readonly idempotency: KeepAnswer | null;
  /** What holds the chain that it goes too far in; null when it may go. */
  readonly hold: GuardedWrite | null;
};

/** Opens the one door. The mirror must have been read before. */
export function createIngest(
  deps: IngestDeps,
): Ingest & { readonly preview: PreviewEvent; readonly chains: Chains } {
  const wanted = deps.wanted ?? new WantedBy(deps.mirror);
  const types = new TypeCheck(deps.mirror, { isStrict: deps.strictTypes === true });
  const accept: Ingest['accept'] = (tenantId, events, idempotency) =>
    acceptEvents(
      { ...deps, wanted, types, chains },
      { tenantId, events, idempotency: idempotency ?? null },
    );
  const chains = new Chains({ ...deps, ingest: { accept } });
  return {
    ...{ accept, chains },
    preview: (tenantId, event) => previewEvent({ ...deps, wanted, types }, tenantId, event),
  };
}

type Deps = IngestDeps & {
  readonly wanted: WantedBy;
  readonly types: TypeCheck;
  readonly chains: Chains;
};

async function acceptEvents(
  deps: Deps,
  request: {
    tenantId: TenantId;
    events: readonly NewEvent[];
    idempotency: KeepAnswer | null;
  },
): Promise<Accepted[]> {
  const relief = deps.relief(request.events.length);
  if (relief !== null) await relief;
  const answers: Accepted[] = [];
  let left = await nameAll(deps, request, answers);
  for (let tries = 1; left.length > 0; tries += 1) {
    const isLast = tries >= limits.acceptTries;
    left = await acceptOnce(deps, left, { answers, isLast });
  }
  return answers;
}

/** Names each event and makes ready what it needs; one that cannot be is answered at once. */
async function nameAll(
  deps: Deps,
  {
    tenantId,
    events,
    idempotency,
  }: { tenantId: TenantId; events: readonly NewEvent[]; idempotency: KeepAnswer | null },
  answers: Accepted[],
): Promise<Item[]> {
  const { ids, clock, finder } = deps;
  const now = clock.now();
  const items: Item[] = [];
  for (const [index, from] of events.entries()) {
    const wrong = deps.types.problem(from);
    if (wrong !== null) {
      answers[index] = { ...failed(wrong.code), errors: wrong.errors };
      continue;
    }
    const { causationId, cause: known } = from;
    const cause =
      known ?? (causationId === null ? null : await findCause(finder, items, { tenantId, from }));
    const named = nameEvent(from, { tenantId, ids, now, cause });
    const callback = from.callback === null ? null : await readyCallback(deps, tenantId, from);
    if (typeof callback === 'string') answers[index] = failed(callback);
    else {
      const keep = from.carries?.keep ?? (index === 0 ? idempotency : null);
      items.push({ index, from, named, callback, idempotency: keep, hold: null });
    }
  }
  return items;
}

/** The callback made ready, or why this event alone is refused. */
async function readyCallback(
  deps: Deps,
  tenantId: TenantId,
  from: NewEvent,
): Promise<PlannedCallback | FailureCode | null> {
  try {
    return await planCallback(deps, tenantId, from);
  } catch (cause) {
    if (cause instanceof AppError && !failures[cause.code].retryable) return cause.code;
    throw cause;
  }
}

/** An event may be caused by one before it in the same call, which the store does not have yet. */
async function findCause(
  finder: Pick<Finder, 'event'>,
  before: readonly Item[],
  { tenantId, from: { causationId } }: { tenantId: TenantId; from: NewEvent },
): Promise<Cause | null> {
  const id = causationId as NewEvent['id'];
  const near = before.findLast(({ from }) => from.id !== null && from.id === id);
  if (near !== undefined) return near.named.event;
  return id === null ? null : finder.event({ tenantId, id });
}

/** One round with the store; answers the items that must be planned again. */
async function acceptOnce(
  deps: Deps,
  items: readonly Item[],
  { answers, isLast }: { answers: Accepted[]; isLast: boolean },
): Promise<Item[]> {
  const planned: [Item, PlannedEvent][] = [];
  for (const each of items) {
    const item = each.named.event.hops > limits.hops ? await judged(deps, each) : each;
    const plan = planItem(deps, item);
    if (plan === null) answers[item.index] = failed('fan_out_too_large');
    else planned.push([item, plan]);
  }
  if (planned.length === 0) return [];
  const said = await deps.queue.accept(planned.map(([, plan]) => plan));
  const again: Item[] = [];
  for (const [index, [item, plan]] of planned.entries()) {
    const answer = said[index];
    if (answer === undefined) throw new Error('the store left a planned event unanswered');
    if (!isLast && mustPlanAgain(item, answer)) again.push(item);
    else answers[item.index] = conclude(deps, { item, plan, answer });
  }
  if (again.length > 0) await deps.mirror.refresh();
  return again;
}

/** Only a long chain costs a look at what is kept of it. */
async function judged({ chains }: Deps, item: Item): Promise<Item> {
  return { ...item, hold: await chains.judge(item.named.event) };
}

function planItem({ mirror, wanted, ids }: Deps, item: Item): PlannedEvent | null {
  const { event, planId } = item.named;
  const { callback } = item;
  const { reach, carries } = item.from;
  const all = wanted.match(event, carries?.fields ?? null);
  const reached = reach === undefined ? null : reachedBy(mirror, event, { matches: all, reach });
  const matches = reached?.matches ?? all;
  const dueAt = item.from.deliverAt ?? event.acceptedAt;
  const planned = planDeliveries(
    { matches, also: reached?.also ?? nobody, callback },
    { ids, dueAt },
  );
  const wanting = carries === undefined ? planned : carriedDeliveries(planned, matches, carries);
  const deliveries = item.hold === null ? wanting : heldDeliveries(wanting);
  if (deliveries.length > limits.deliveriesPerEvent) return null;
  return {
    event,
    planId,
    isCallersId: item.from.id !== null,
    deliveries,
    writes: writesOf(item),
    catalogueVersion: mirror.version,
    idempotency: item.idempotency?.(acceptedAnswer(item, deliveries)) ?? null,
    ...(carries?.replay === undefined ? {} : { replay: carries.replay }),
  };
}

function writesOf({ from: { carries }, hold }: Item): PlannedEvent['writes'] {
  const writes = carries?.writes ?? noWrites;
  return hold === null ? writes : [...writes, hold];
}

/** What carries writes was decided from a row that is read no more; only its maker can do that. */
function mustPlanAgain({ from }: Item, answer: AcceptAnswer): boolean {
  if (answer.is !== 'conflict') return answer.is === 'stale_catalogue';
  // Behind its own writes stands what is known of its chain.
  return answer.index >= (from.carries?.writes.length ?? 0);
}

function conclude(
  deps: Deps,
  { item, plan, answer }: { item: Item; plan: PlannedEvent; answer: AcceptAnswer },
): Accepted {
  const { id, tenantId } = plan.event;
  switch (answer.is) {
    case 'accepted': {
      const deliveryCount = plan.deliveries.length;
      deps.committed(storedEvent(plan, answer.position), acceptedHeads(plan, answer), answer);
      deps.emit({ signal: 'event_accepted', tenantId, deliveryCount });
      deps.chains.count(plan.event);
      return acceptedAnswer(item, plan.deliveries);
    }
    case 'duplicate': {
      const { isSameContent, deliveryCount } = answer;
      return { is: 'duplicate', id, isSameContent, deliveryCount };
    }
    case 'repeated':
      return { is: 'repeated', row: answer.row };
    case 'idempotency_conflict':
      return failed('idempotency_conflict');
    case 'conflict':
      return failed('conflict');
    case 'stale_catalogue':
      return failed('overloaded');
    case 'refused':
      return failed(answer.because);
    default:
      return answer satisfies never;
  }
}

function acceptedAnswer(
  { named, hold }: Item,
  deliveries: readonly PlannedDelivery[],
): Extract<Accepted, { is: 'accepted' }> {
  const { id } = named.event;
  const target = deliveries.at(-1)?.callback;
  const own = target?.secrets === null ? 'tenant' : 'callback';
  const callbackSignedWith = target === undefined ? null : own;
  const answer = { is: 'accepted', id, callbackSignedWith } as const;
  const deliveryCount = deliveries.length;
  return { ...answer, deliveryCount, ...(hold === null ? {} : { held: 'hops' }) };
}

function failed(code: Extract<Accepted, { is: 'failed' }>['code']) {
  return { is: 'failed', code, detail: null } as const;
}

import { AppError } from '../../core/app-error.ts';
import type { NodeId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { HeldShard, Shard } from '../../core/shard.ts';
import type { AlertBook } from '../alert-book.ts';
import type { AttemptLog } from '../attempt-log.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Finder } from '../finder.ts';
import type { LeaseAnswer, Queue } from '../queue.ts';
import type { Store, StoreCondition } from '../store.ts';
import type { Replays } from '../replays.ts';
import type { Ask } from './verbs.ts';

/** What the ports stand on, wherever the database is. */
export type StoreBase = {
  readonly ask: Ask;
  /** The epoch of this start, which every shard has for life. */
  readonly epoch: number;
  readonly pendingCount: () => number;
  readonly condition: () => StoreCondition;
  readonly close: () => Promise<void>;
};

/** The ports of a store for one node, each verb asked of its base. */
export function askStore(base: StoreBase): Store {
  const { ask, condition } = base;
  let closing: Promise<void> | null = null;
  const guarded: Ask = async (name, asked) => {
    if (closing !== null) throw new AppError('store_unavailable');
    return ask(name, asked);
  };
  return {
    capabilities: { isShared: false },
    queue: queueOf(guarded, base.epoch),
    log: logOf(guarded),
    catalogue: catalogueOf(guarded),
    finder: finderOf(guarded, base.pendingCount),
    alerts: alertsOf(guarded),
    stats: { read: (query) => guarded('stats', query) },
    replays: replaysOf(guarded),
    condition,
    prune: (request) => guarded('prune', request),
    [Symbol.asyncDispose]: () => (closing ??= base.close()),
  };
}

function queueOf(ask: Ask, epoch: number): Queue {
  return {
    accept: (events) => ask('accept', events),
    record: (records) => ask('record', records),
    loadDue: (query) => ask('loadDue', query),
    dueEndpoints: (query) => ask('dueEndpoints', query),
    readEvents: (query) => ask('readEvents', query),
    change: (changes) => ask('change', changes),
    erase: (request) => ask('erase', request),
    settle: (request) => ask('settle', request),
    tail: (query) => ask('tail', query),
    lease: async ({ node, shards }) => leaseForLife(node, shards, epoch),
    release: async () => {},
  };
}

/** One node owns the database file, so nobody else can ask. */
function leaseForLife(node: NodeId, shards: readonly Shard[], epoch: number): LeaseAnswer {
  return { held: shards.map((shard): HeldShard => ({ shard, epoch })), nodes: [node] };
}

function logOf(ask: Ask): AttemptLog {
  return {
    get: (query) => ask('attempt', query),
    search: (filter, page) => ask('searchAttempts', { filter, page }),
  };
}

function catalogueOf(ask: Ask): Catalogue {
  return {
    read: (query) => ask('readCatalogue', query),
    change: (change) => ask('changeCatalogue', change),
    health: () => ask('health', null),
  };
}

function alertsOf(ask: Ask): AlertBook {
  return {
    standing: () => ask('alertStanding', null),
    read: (query) => ask('readAlerts', query),
    successes: (queries) => ask('findSuccesses', queries),
    save: (step) => ask('saveAlerts', step),
  };
}

function replaysOf(ask: Ask): Replays {
  return {
    make: (replay) => ask('makeReplay', replay),
    get: (query) => ask('replay', query),
    list: (filter, page) => ask('listReplays', { filter, page }),
    change: (change) => ask('changeReplay', change),
    search: (search) => ask('searchReplays', search),
    searchMissing: (search) => ask('searchMissing', search),
    // The writer is asked only when there is something to claim.
    claim: async (request) =>
      (await ask('hasRunningReplay', null)) ? ask('claimReplays', request) : [],
    step: (step) => ask('stepReplay', step),
  };
}

function finderOf(ask: Ask, pendingCount: () => number): Finder {
  return {
    event: (query) => ask('event', query),
    delivery: (query) => ask('delivery', query),
    events: (filter, page) => ask('listEvents', { filter, page }),
    deliveries: (filter, page) => ask('listDeliveries', { filter, page }),
    eventTypes: (query) => ask('eventTypes', query),
    idempotency: (query) => ask('idempotency', query),
    guarded: (query) => ask('guarded', query),
    guardedList: (filter, page) => ask('guardedList', { filter, page }),
    guardedHistory: (query) => ask('guardedHistory', query),
    guardedContent: (query) => ask('guardedContent', query),
    guardedDue: (query) => ask('guardedDue', query),
    chainHeld: (query) => ask('chainHeld', query),
    chainVolume: (query) => ask('chainVolume', query),
    deliveryCounts: (query) => ask('deliveryCounts', query),
    reports: (query) => ask('reports', query),
    eventsAfter: (query) => ask('eventsAfter', query),
    newestPosition: () => ask('newestPosition', null),
    backlog: async () => {
      const oldestDueAt: Instant | null = await ask('oldestDueAt', null);
      return { pendingCount: pendingCount(), oldestDueAt };
    },
  };
}

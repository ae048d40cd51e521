import type { Queue } from '../../server/src/store/queue.ts';
import type { Store } from '../../server/src/store/store.ts';
import type { AlertBook } from '../../server/src/store/alert-book.ts';
import type { AttemptLog } from '../../server/src/store/attempt-log.ts';
import type { Catalogue } from '../../server/src/store/catalogue.ts';
import type { Replays } from '../../server/src/store/replays.ts';
import type { Finder } from '../../server/src/store/finder.ts';
import { alertStanding, findSuccesses, readAlerts, saveAlerts } from './alert-rows.ts';
import { acceptEvent, idempotencyKey } from './accept-event.ts';
import { chainHeld, chainVolume, deliveryCounts } from './chain-rows.ts';
import { changeCatalogue } from './change-catalogue.ts';
import { changeDelivery, settleDeliveries } from './change-delivery.ts';
import { listReports } from './report-delivery.ts';
import { eraseEvent } from './erase-event.ts';
import { countStats } from './count-stats.ts';
import { eventsAfter } from './events-after.ts';
import { findDueEndpoints, loadDue } from './find-due.ts';
import { countBacklog, findAttempt, findDelivery, findEvent } from './find-rows.ts';
import { guardedContent, guardedDue, guardedHistory, guardedKey } from './guarded-rows.ts';
import { listGuarded } from './guarded-rows.ts';
import { listSeenTypes } from './list-seen-types.ts';
import { listAttempts, listDeliveries, listEvents } from './find-rows.ts';
import type { Image } from './image.ts';
import { pruneEvents } from './prune-events.ts';
import { readTail } from './read-tail.ts';
import { recordAttempt } from './record-attempt.ts';
import { changeReplay, claimReplays, findReplay, listReplays, makeReplay } from './replay-jobs.ts';
import { searchMissing, searchReplays } from './search-replays.ts';
import { stepReplay } from './step-replay.ts';
import type { StoreVerb } from './store-call.ts';

/** Carries out a verb over the image, some time, perhaps. */
export type Ask = <Answer>(verb: StoreVerb, run: (image: Image) => Answer) => Promise<Answer>;

/** The store as one node sees it. */
export function nodeStore(
  ask: Ask,
  rest: Pick<Store, 'condition' | typeof Symbol.asyncDispose>,
): Store {
  return {
    capabilities: { isShared: true },
    queue: queueOf(ask),
    log: logOf(ask),
    catalogue: catalogueOf(ask),
    finder: finderOf(ask),
    alerts: alertsOf(ask),
    replays: replaysOf(ask),
    stats: { read: (query) => ask('list', (image) => countStats(image, query)) },
    prune: (request) => ask('prune', (image) => pruneEvents(image, request)),
    ...rest,
  };
}

function queueOf(ask: Ask): Queue {
  return {
    accept: (events) =>
      ask('accept', (image) => events.map((planned) => acceptEvent(image, planned))),
    record: (records) =>
      ask('record', (image) => records.map((record) => recordAttempt(image, record))),
    loadDue: (query) => ask('loadDue', (image) => loadDue(image, query)),
    dueEndpoints: (query) => ask('dueEndpoints', (image) => findDueEndpoints(image, query)),
    readEvents: ({ tenantId, positions }) =>
      ask('readEvents', (image) =>
        positions
          .flatMap((position) => image.events.at(position)?.event ?? [])
          .filter((event) => event.tenantId === tenantId && event.dataErasedAt === undefined),
      ),
    change: (changes) =>
      ask('change', (image) => changes.map((change) => changeDelivery(image, change))),
    erase: (request) => ask('erase', (image) => eraseEvent(image, request)),
    settle: (request) => ask('settle', (image) => settleDeliveries(image, request)),
    tail: (query) => ask('tail', (image) => readTail(image, query)),
    lease: (request) => ask('lease', ({ leases, clock }) => leases.lease(request, clock.now())),
    release: ({ node, shards }) => ask('release', ({ leases }) => leases.release(node, shards)),
  };
}

function logOf(ask: Ask): AttemptLog {
  return {
    get: (query) => ask('find', (image) => findAttempt(image, query)),
    search: (filter, page) => ask('list', (image) => listAttempts(image, filter, page)),
  };
}

function catalogueOf(ask: Ask): Catalogue {
  return {
    read: (query) => ask('readCatalogue', ({ catalogue }) => catalogue.read(query)),
    change: (change) => ask('changeCatalogue', (image) => changeCatalogue(image, change)),
    health: () => ask('health', ({ health }) => health.sorted().map(([, row]) => row)),
  };
}

function alertsOf(ask: Ask): AlertBook {
  return {
    standing: () => ask('find', alertStanding),
    read: (query) => ask('list', (image) => readAlerts(image, query)),
    successes: (queries) => ask('find', (image) => findSuccesses(image, queries)),
    save: (step) => ask('saveAlerts', (image) => saveAlerts(image, step)),
  };
}

function replaysOf(ask: Ask): Replays {
  return {
    make: (replay) => ask('makeReplay', (image) => makeReplay(image, replay)),
    get: (query) => ask('find', (image) => findReplay(image, query)?.job ?? null),
    list: (filter, page) => ask('list', (image) => listReplays(image, filter, page)),
    change: (change) => ask('changeReplay', (image) => changeReplay(image, change)),
    search: (search) => ask('list', (image) => searchReplays(image, search)),
    searchMissing: (search) => ask('list', (image) => searchMissing(image, search)),
    claim: (request) => ask('claimReplays', (image) => claimReplays(image, request)),
    step: (step) => ask('stepReplay', (image) => stepReplay(image, step)),
  };
}

function finderOf(ask: Ask): Finder {
  return {
    event: (query) => ask('find', (image) => findEvent(image, query)),
    delivery: (query) => ask('find', (image) => findDelivery(image, query)),
    events: (filter, page) => ask('list', (image) => listEvents(image, filter, page)),
    deliveries: (filter, page) => ask('list', (image) => listDeliveries(image, filter, page)),
    eventTypes: (query) => ask('list', (image) => listSeenTypes(image, query)),
    idempotency: (query) =>
      ask('find', ({ idempotency }) => {
        const row = idempotency.get(idempotencyKey(query));
        return row !== undefined && row.expiresAt > query.now ? row : null;
      }),
    backlog: () => ask('find', countBacklog),
    ...guardedOf(ask),
    chainHeld: (query) => ask('find', (image) => chainHeld(image, query)),
    chainVolume: (query) => ask('find', (image) => chainVolume(image, query)),
    reports: (query) => ask('list', (image) => listReports(image, query)),
    deliveryCounts: (query) => ask('list', (image) => deliveryCounts(image, query)),
    eventsAfter: (query) => ask('list', (image) => eventsAfter(image, query)),
    newestPosition: () => ask('find', ({ newest }) => newest),
  };
}

function guardedOf(ask: Ask) {
  return {
    guarded: (query) => ask('find', ({ guarded }) => guarded.get(guardedKey(query))?.row ?? null),
    guardedList: (filter, page) => ask('list', (image) => listGuarded(image, filter, page)),
    guardedHistory: (query) => ask('list', (image) => guardedHistory(image, query)),
    guardedContent: (query) => ask('find', (image) => guardedContent(image, query)),
    guardedDue: (query) => ask('list', (image) => guardedDue(image, query)),
  } satisfies Partial<Finder>;
}

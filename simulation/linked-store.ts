import type { Store } from '../server/src/store/store.ts';
import type { StoreLink } from './store-link.ts';

/** A store whose every call goes over a link that may fail. */
export function linkedStore(inner: Store, link: StoreLink): Store {
  return {
    capabilities: inner.capabilities,
    condition: () => inner.condition(),
    queue: linkedQueue(inner, link),
    ...linkedReads(inner, link),
    alerts: linkedAlerts(inner, link),
    replays: linkedReplays(inner, link),
    stats: { read: (query) => link.call('list', query, () => inner.stats.read(query)) },
    prune: (request) => link.call('prune', request, () => inner.prune(request)),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function linkedQueue({ queue }: Store, link: StoreLink): Store['queue'] {
  return {
    accept: (events) => link.call('accept', events, () => queue.accept(events)),
    record: (records) => link.call('record', records, () => queue.record(records)),
    loadDue: (query) => link.call('loadDue', query, () => queue.loadDue(query)),
    dueEndpoints: (query) => link.call('dueEndpoints', query, () => queue.dueEndpoints(query)),
    readEvents: (query) => link.call('readEvents', query, () => queue.readEvents(query)),
    change: (changes) => link.call('change', changes, () => queue.change(changes)),
    erase: (request) => link.call('erase', request, () => queue.erase(request)),
    settle: (request) => link.call('settle', request, () => queue.settle(request)),
    tail: (query) => link.call('tail', query, () => queue.tail(query)),
    lease: (request) => link.call('lease', request, () => queue.lease(request)),
    release: (request) => link.call('release', request, () => queue.release(request)),
  };
}

function linkedAlerts({ alerts }: Store, link: StoreLink): Store['alerts'] {
  return {
    standing: () => link.call('find', null, () => alerts.standing()),
    read: (query) => link.call('list', query, () => alerts.read(query)),
    successes: (queries) => link.call('find', queries, () => alerts.successes(queries)),
    save: (step) => link.call('saveAlerts', step, () => alerts.save(step)),
  };
}

function linkedReplays({ replays }: Store, link: StoreLink): Store['replays'] {
  return {
    make: (replay) => link.call('makeReplay', replay, () => replays.make(replay)),
    get: (query) => link.call('find', query, () => replays.get(query)),
    list: (filter, page) => link.call('list', filter, () => replays.list(filter, page)),
    change: (change) => link.call('changeReplay', change, () => replays.change(change)),
    search: (search) => link.call('list', search, () => replays.search(search)),
    searchMissing: (search) => link.call('list', search, () => replays.searchMissing(search)),
    claim: (request) => link.call('claimReplays', request, () => replays.claim(request)),
    step: (step) => link.call('stepReplay', step, () => replays.step(step)),
  };
}

function linkedReads({ log, catalogue, finder }: Store, link: StoreLink) {
  return {
    log: {
      get: (query) => link.call('find', query, () => log.get(query)),
      search: (filter, page) => link.call('list', filter, () => log.search(filter, page)),
    },
    catalogue: {
      read: (query) => link.call('readCatalogue', query, () => catalogue.read(query)),
      change: (change) => link.call('changeCatalogue', change, () => catalogue.change(change)),
      health: () => link.call('health', null, () => catalogue.health()),
    },
    finder: {
      event: (query) => link.call('find', query, () => finder.event(query)),
      delivery: (query) => link.call('find', query, () => finder.delivery(query)),
      events: (filter, page) => link.call('list', filter, () => finder.events(filter, page)),
      deliveries: (filter, page) =>
        link.call('list', filter, () => finder.deliveries(filter, page)),
      eventTypes: (query) => link.call('list', query, () => finder.eventTypes(query)),
      idempotency: (query) => link.call('find', query, () => finder.idempotency(query)),
      backlog: () => link.call('find', null, () => finder.backlog()),
      ...linkedGuarded(finder, link),
      eventsAfter: (query) => link.call('list', query, () => finder.eventsAfter(query)),
      newestPosition: () => link.call('find', null, () => finder.newestPosition()),
    },
  } satisfies Pick<Store, 'log' | 'catalogue' | 'finder'>;
}

function linkedGuarded(finder: Store['finder'], link: StoreLink) {
  return {
    guarded: (query) => link.call('find', query, () => finder.guarded(query)),
    guardedList: (filter, page) =>
      link.call('list', filter, () => finder.guardedList(filter, page)),
    guardedHistory: (query) => link.call('list', query, () => finder.guardedHistory(query)),
    guardedContent: (query) => link.call('find', query, () => finder.guardedContent(query)),
    guardedDue: (query) => link.call('list', query, () => finder.guardedDue(query)),
    chainHeld: (query) => link.call('find', query, () => finder.chainHeld(query)),
    chainVolume: (query) => link.call('find', query, () => finder.chainVolume(query)),
    reports: (query) => link.call('list', query, () => finder.reports(query)),
    deliveryCounts: (query) => link.call('list', query, () => finder.deliveryCounts(query)),
  } satisfies Partial<Store['finder']>;
}

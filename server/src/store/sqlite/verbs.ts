import type { StoredAttempt } from '../../core/attempt.ts';
import type { Delivery, PendingDelivery } from '../../core/delivery.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { AttemptId, DeliveryId, EventId, Position, TenantId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { ReplayJob } from '../../core/replay.ts';
import type { AlertBook, AlertPage, AlertSave, AlertStanding } from '../alert-book.ts';
import type { SuccessQuery } from '../alert-book.ts';
import type { AttemptFilter } from '../attempt-log.ts';
import type {
  CatalogueAnswer,
  CatalogueChange,
  CatalogueMark,
  CatalogueRead,
} from '../catalogue.ts';
import type { DeliveryFilter, EventFilter, EventSummary, Finder, SeenType } from '../finder.ts';
import type { GuardedFilter, GuardedRow } from '../finder.ts';
import type { IdempotencyRow } from '../idempotency.ts';
import type { Page, PageOf } from '../page.ts';
import type { AcceptAnswer, ChangeAnswer, DueEndpoint, DueQuery, SettleRequest } from '../queue.ts';
import type { EraseAnswer, EraseRequest } from '../queue.ts';
import type {
  AttemptRecord,
  DeliveryChange,
  DeliveryReport,
  PlannedEvent,
  RecordAnswer,
  TailItem,
} from '../queue.ts';
import type { MissingCandidate, Replays, ReplayCandidate } from '../replays.ts';
import type { ReplaySearch, ReplayStep, ReplayStepAnswer, Searched } from '../replays.ts';
import type { PruneRequest } from '../store.ts';
import type { StatsAnswer, StatsQuery } from '../stats.ts';
import type { DueEndpointsQuery } from './engine/due-endpoints.ts';
import type { TailQuery } from './engine/tail.ts';

type Verb<In, Out> = { readonly asked: In; readonly answer: Out };

type ReplayVerb<Name extends 'make' | 'change' | 'claim' | 'get'> = Verb<
  Parameters<Replays[Name]>[0],
  Awaited<ReturnType<Replays[Name]>>
>;

type FinderVerb<
  Name extends
    | 'guarded'
    | 'guardedHistory'
    | 'guardedContent'
    | 'guardedDue'
    | 'eventsAfter'
    | 'chainHeld'
    | 'chainVolume'
    | 'deliveryCounts'
    | 'reports',
> = Verb<Parameters<Finder[Name]>[0], Awaited<ReturnType<Finder[Name]>>>;

/** What the writer is asked; each becomes part of a commit. */
export type WriteVerbs = {
  accept: Verb<readonly PlannedEvent[], AcceptAnswer[]>;
  record: Verb<readonly AttemptRecord[], RecordAnswer[]>;
  change: Verb<readonly (DeliveryChange | DeliveryReport)[], ChangeAnswer[]>;
  erase: Verb<EraseRequest, EraseAnswer>;
  settle: Verb<SettleRequest, { count: number; isDone: boolean }>;
  changeCatalogue: Verb<CatalogueChange, CatalogueAnswer>;
  prune: Verb<PruneRequest, { count: number; isDone: boolean }>;
  makeReplay: ReplayVerb<'make'>;
  changeReplay: ReplayVerb<'change'>;
  claimReplays: ReplayVerb<'claim'>;
  stepReplay: Verb<ReplayStep, ReplayStepAnswer>;
  saveAlerts: Verb<AlertSave, Awaited<ReturnType<AlertBook['save']>>>;
};

/** Reads that running lanes need, made by the writer between commits. */
export type LaneVerbs = {
  loadDue: Verb<DueQuery, PendingDelivery[]>;
  dueEndpoints: Verb<DueEndpointsQuery, DueEndpoint[]>;
  readEvents: Verb<{ tenantId: TenantId; positions: readonly Position[] }, StoredEvent[]>;
};

type ById<Id> = { readonly tenantId: TenantId | null; readonly id: Id };

/** Everything else that is read. */
export type ReadVerbs = {
  tail: Verb<TailQuery, { items: TailItem[]; position: Position }>;
  attempt: Verb<ById<AttemptId>, StoredAttempt | null>;
  searchAttempts: Verb<{ filter: AttemptFilter; page: Page }, PageOf<StoredAttempt>>;
  event: Verb<ById<EventId>, StoredEvent | null>;
  delivery: Verb<ById<DeliveryId>, Delivery | null>;
  listEvents: Verb<{ filter: EventFilter; page: Page }, PageOf<EventSummary>>;
  listDeliveries: Verb<{ filter: DeliveryFilter; page: Page }, PageOf<Delivery>>;
  eventTypes: Verb<{ before: Position | null; limit: number }, SeenType[]>;
  idempotency: Verb<Parameters<Finder['idempotency']>[0], IdempotencyRow | null>;
  guarded: FinderVerb<'guarded'>;
  guardedList: Verb<{ filter: GuardedFilter; page: Page }, PageOf<GuardedRow>>;
  guardedHistory: FinderVerb<'guardedHistory'>;
  guardedContent: FinderVerb<'guardedContent'>;
  guardedDue: FinderVerb<'guardedDue'>;
  chainHeld: FinderVerb<'chainHeld'>;
  chainVolume: FinderVerb<'chainVolume'>;
  deliveryCounts: FinderVerb<'deliveryCounts'>;
  reports: FinderVerb<'reports'>;
  eventsAfter: FinderVerb<'eventsAfter'>;
  newestPosition: Verb<null, Position>;
  stats: Verb<StatsQuery, StatsAnswer>;
  oldestDueAt: Verb<null, Instant | null>;
  readCatalogue: Verb<{ since: number; after?: CatalogueMark }, CatalogueRead>;
  health: Verb<null, EndpointHealth[]>;
  replay: ReplayVerb<'get'>;
  listReplays: Verb<{ filter: Parameters<Replays['list']>[0]; page: Page }, PageOf<ReplayJob>>;
  hasRunningReplay: Verb<null, boolean>;
  searchReplays: Verb<ReplaySearch, Searched<ReplayCandidate>>;
  searchMissing: Verb<ReplaySearch, Searched<MissingCandidate>>;
  alertStanding: Verb<null, AlertStanding>;
  readAlerts: Verb<Parameters<AlertBook['read']>[0], AlertPage>;
  findSuccesses: Verb<readonly SuccessQuery[], ({ readonly at: Instant } | null)[]>;
};

export type Verbs = WriteVerbs & LaneVerbs & ReadVerbs;
export type VerbName = keyof Verbs;
export type Asked<Name extends VerbName> = Verbs[Name]['asked'];
export type Answer<Name extends VerbName> = Verbs[Name]['answer'];

/** Asks the store something; drivers differ only in where it is answered. */
export type Ask = <Name extends VerbName>(name: Name, asked: Asked<Name>) => Promise<Answer<Name>>;

import type { Outcome, StoredAttempt } from '../server/src/core/attempt.ts';
import type { AckReport } from '../server/src/core/ack/decide-report.ts';
import type { Delivery } from '../server/src/core/delivery.ts';
import type { Endpoint } from '../server/src/core/endpoint.ts';
import type { AttemptId, DeliveryId, EndpointId, EventId } from '../server/src/core/ids.ts';
import type { NodeId } from '../server/src/core/ids.ts';
import type { Instant } from '../server/src/core/instant.ts';
import type { HeldShard } from '../server/src/core/shard.ts';
import type { SendOrder } from '../server/src/destinations/destination.ts';
import type { ReportAnswer } from '../server/src/ingest/take-report.ts';
import type { StoredResource } from '../server/src/store/catalogue.ts';
import type {
  AcceptAnswer,
  AttemptRecord,
  ChangeAnswer,
  DeliveryChange,
  DeliveryReport,
  PlannedEvent,
  RecordAnswer,
  SettleRequest,
} from '../server/src/store/queue.ts';

/** A commit, told once no power cut can undo it, in commit order. */
export type Commit =
  | {
      readonly is: 'accept_committed';
      readonly planned: PlannedEvent;
      readonly answer: AcceptAnswer;
    }
  | {
      readonly is: 'record_committed';
      readonly record: AttemptRecord;
      readonly answer: RecordAnswer;
    }
  | {
      readonly is: 'change_committed';
      readonly change: DeliveryChange | DeliveryReport;
      readonly answer: ChangeAnswer;
    }
  | { readonly is: 'settle_committed'; readonly request: SettleRequest; readonly count: number }
  | { readonly is: 'catalogue_committed'; readonly resources: readonly StoredResource[] }
  | { readonly is: 'lease_committed'; readonly held: readonly HeldShard[] }
  | { readonly is: 'release_committed'; readonly shards: readonly HeldShard[] };

/** What a receiver says of the attempt of this number. */
type Reported = {
  readonly deliveryId: DeliveryId;
  readonly number: number;
  readonly report: AckReport;
};

/** Something that a node did or was told; `life` names one life of a node, `nodeNow` its clock. */
export type Doing =
  | { readonly is: 'called'; readonly verb: string; readonly args: unknown }
  | { readonly is: 'started'; readonly order: SendOrder; readonly nodeNow: Instant }
  | {
      readonly is: 'ended';
      readonly order: SendOrder;
      readonly outcome: Outcome;
      readonly nodeNow: Instant;
    }
  /** A publisher was told that this event is safe. */
  | { readonly is: 'accepted'; readonly eventId: EventId; readonly deliveryCount: number }
  /** An operator was told that this change of an endpoint holds. */
  | { readonly is: 'endpoint_answered'; readonly endpoint: Endpoint; readonly version: number }
  /** An operator was told that this delivery was cancelled or retried. */
  | {
      readonly is: 'change_answered';
      readonly deliveryId: DeliveryId;
      readonly to: 'retry' | 'cancel';
    }
  /** A receiver reports on what it has accepted. */
  | ({ readonly is: 'reporting' } & Reported)
  /** A receiver was told what became of its report. */
  | ({ readonly is: 'report_answered'; readonly answer: ReportAnswer['is'] } & Reported)
  | { readonly is: 'born' }
  | { readonly is: 'died' }
  /** It stops in good order, and gives up on its records after so long. */
  | { readonly is: 'draining'; readonly givesUpAtMs: number }
  | { readonly is: 'paused'; readonly forMs: number }
  | {
      readonly is: 'counted';
      readonly held: number;
      readonly inFlight: number;
      readonly unrecorded: number;
    };

/** A request that reached a receiver, and what it will answer. */
export type Arrival = {
  readonly is: 'arrived';
  readonly attemptId: AttemptId;
  readonly deliveryId: DeliveryId;
  readonly eventId: EventId;
  readonly endpointId: EndpointId;
  readonly url: string;
  /** Null when no answer will ever come. */
  readonly status: number | null;
};

/** What the store holds when all is quiet. */
export type Quiet = {
  readonly is: 'quiet';
  readonly eventIds: ReadonlySet<EventId>;
  readonly deliveries: readonly Delivery[];
  readonly attempts: readonly StoredAttempt[];
  /** Calls to the store per second and node, while nothing was to be done. */
  readonly idleCallsPerSecond: number;
};

type By = { readonly life: NodeId };

/** One thing that happened; `atMs` is the true time. */
export type Fact = { readonly atMs: number } & (
  (Commit & By) | (Doing & By) | Arrival | Quiet | { readonly is: 'power_cut' }
);

/** A fact of one kind. */
export type FactOf<Is extends Fact['is']> = Extract<Fact, { is: Is }>;

import type { AckTokens } from '../core/ack/ack-tokens.ts';
import type { AddressRule } from '../core/address-rule.ts';
import type { Chance, Clock } from '../core/clock.ts';
import type { ClaimLinks } from '../core/claim/claim-links.ts';
import type { MergedVersions } from '../core/delivery.ts';
import type { DeadReason, Delivery } from '../core/delivery.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { Event, StoredEvent } from '../core/event.ts';
import type { HeaderLines } from '../core/attempt.ts';
import type { BreakerState } from '../core/endpoint-health.ts';
import type { AttemptId, DeliveryId, EndpointId } from '../core/ids.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { Signal } from '../core/signal.ts';
import type { StreamTokens } from '../core/stream-tokens.ts';
import type { ReplayLook, ReplayScope } from '../ingest/look-for-replays.ts';
import type { Entities } from '../ingest/entities.ts';
import type { Bundles } from '../ingest/bundles.ts';
import type { Chains } from '../ingest/chains.ts';
import type { Ingest, PreviewEvent } from '../ingest/new-event.ts';
import type { TaskReports } from '../ingest/task-reports.ts';
import type { WantedBy } from '../ingest/wanted-by.ts';
import type { EventFeed } from '../live/event-feed.ts';
import type { DeliveryWaits } from '../live/delivery-waits.ts';
import type { TaskWaits } from '../live/task-waits.ts';
import type { CatalogueMirror, Stored } from '../store/catalogue-mirror.ts';
import type { ChangeAnswer } from '../store/queue.ts';
import type { Store } from '../store/store.ts';

/** Whether this node should get requests, and if not, why. */
export type Readiness = { readonly isReady: boolean; readonly reasons: readonly string[] };

/** An event to be tried at one endpoint alone; its data is JSON. */
export type EndpointTrial = {
  readonly endpoint: Stored<'endpoint'>;
  readonly type: string;
  readonly data: Uint8Array;
};

/** A request that was answered; see the signal `request_ended`. */
export type Answered = Omit<Extract<Signal, { signal: 'request_ended' }>, 'signal'>;

/** What the API needs of the rest; only the composition root fills it. */
export type ApiDeps = {
  readonly ingest: Ingest;
  readonly preview: PreviewEvent;
  readonly chains: Pick<Chains, 'release'>;
  readonly mirror: CatalogueMirror;
  /** Who would get an event now. */
  readonly wanted: Pick<WantedBy, 'match'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly ids: IdMaker;
  /** What the address guard says of a URL before anything is resolved. */
  readonly addressCheck: (
    url: string,
  ) => { readonly is: 'ok' } | { readonly is: 'forbidden'; readonly rule: AddressRule };
  /** What an endpoint would get for an event now, by the code that sends. */
  readonly compose: (what: { readonly event: Event; readonly endpoint: Endpoint }) => {
    readonly headers: HeaderLines;
    readonly body: Uint8Array;
  };
  /** Tells the owner of a delivery that it was retried or cancelled. */
  readonly changed: (deliveryId: DeliveryId, answer: ChangeAnswer) => void;
  /** Judges what receivers report with. */
  readonly ackTokens: AckTokens;
  /** Tells the owner of a delivery that its receiver has reported, and how that ended it. */
  readonly reported: (delivery: Delivery, as: 'delivered' | DeadReason | null) => void;
  /** Looks for what a replay would make, and makes nothing. */
  readonly lookForReplays: (search: ReplayScope) => Promise<ReplayLook>;
  /** Told that a replay was made or goes on. */
  readonly replaysChanged: () => void;
  /** Lets a publisher wait for what becomes of an event. */
  readonly waits: DeliveryWaits;
  /** Starts tasks and takes in what is said of them. */
  readonly tasks: TaskReports;
  /** Makes and judges signed links to data. */
  readonly claims: ClaimLinks;
  /** The event of several changes of one entity, told as one; null when nothing is left. */
  readonly mergeEvent: (
    event: StoredEvent,
    versions: MergedVersions,
  ) => Promise<StoredEvent | null>;
  /** Makes bundles and their versions. */
  readonly bundles: Bundles;
  /** Events in the order of their commits, for streams. */
  readonly feed: EventFeed;
  /** Makes and reads tokens for streams. */
  readonly streamTokens: StreamTokens;
  /** Origins of pages that may read streams. */
  readonly corsOrigins: readonly string[];
  /** Lets somebody wait for a task to go on or to end. */
  readonly taskWaits: TaskWaits;
  /** Takes in what changed in entities. */
  readonly entities: Entities;
  /** Tries an event at one endpoint alone; answers once the attempt is in the log. */
  readonly testEndpoint: (test: EndpointTrial) => Promise<AttemptId>;
  /** How the circuit of an endpoint stands, as far as this node knows. */
  readonly circuit: (endpointId: EndpointId) => BreakerState['is'];
  readonly readiness: () => Readiness;
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Whether `/metrics` needs no key, as when only this machine reaches it. */
  readonly isMetricsOpen: boolean;
  /** Told of each request that was answered. */
  readonly answered: (answered: Answered) => void;
  /** Told of failures that are ours; the caller only learns the request's id. */
  readonly failed: (failure: { requestId: string; cause: unknown }) => void;
  /** The address others reach this server by; null when it is not known. */
  readonly publicUrl: string | null;
  /** Whether `X-Forwarded-*` is believed. */
  readonly trustProxy: boolean;
  readonly version: string;
};

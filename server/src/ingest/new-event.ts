import type { FieldError } from '../core/app-error.ts';
import type { EntityRef, Event } from '../core/event.ts';
import type { FailureCode } from '../core/failures.ts';
import type { EndpointId, EventId, SubscriptionId, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { JsonObject } from '../core/json.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { BodyFormat, Endpoint } from '../core/endpoint.ts';
import type { IdempotencyRow } from '../store/idempotency.ts';
import type { Carried } from './carried.ts';

/** Where one event goes besides the subscriptions; its URL was judged where it entered. */
export type NewCallback = {
  readonly url: string;
  /** Patterns of event types; null for any. */
  readonly types: readonly string[] | null;
  /** Null has the tenant's callback secret sign. */
  readonly secret: string | null;
  readonly retry: Endpoint['retry'] | null;
  readonly timeoutMs: number | null;
  /** How the body is made; not there for `standard`. */
  readonly format?: BodyFormat;
  readonly headers: readonly (readonly [name: string, value: string])[];
};

/** An event as somebody publishes it; sizes, charset and nesting were checked where it entered. */
export type NewEvent = {
  /** The caller's id; null to have one made. */
  readonly id: EventId | null;
  readonly type: string;
  readonly data: Uint8Array;
  readonly contentType: string;
  readonly time: Instant | null;
  readonly deliverAt: Instant | null;
  readonly source: string | null;
  readonly key: string | null;
  readonly entity: EntityRef | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly metadata: JsonObject | null;
  readonly ceId: string | null;
  readonly callback: NewCallback | null;
  /** Whom an event of Posthorn's own reaches; left out by all others. */
  readonly reach?: Reach;
  /** The place in a trace that it came with; not there when it came with none. */
  readonly trace?: TraceContext;
  /** What it continues, where its maker knows; else it is looked up by `causationId`. */
  readonly cause?: { readonly correlationId: string; readonly hops: number };
  /** What it brings along as a step of a task, an entity or a bundle; not there for any other. */
  readonly carries?: Carried;
};

/** Whom an event reaches besides its subscribers, and whom never. */
export type Reach = {
  /** Endpoints of its tenant that get it whatever they subscribe to. */
  readonly also: readonly EndpointId[];
  /** The one that never gets it. */
  readonly never: EndpointId | null;
  /** Whether its subscribers get it. */
  readonly isForSubscribers: boolean;
};

/** What became of a published event. */
export type Accepted =
  | {
      readonly is: 'accepted';
      readonly id: EventId;
      readonly deliveryCount: number;
      /** Whose secret signs the callback's delivery; null when it has none. */
      readonly callbackSignedWith: 'callback' | 'tenant' | null;
      /** Why no deliveries are made of it for now; not there when they were. */
      readonly held?: 'hops';
    }
  | {
      readonly is: 'duplicate';
      readonly id: EventId;
      readonly isSameContent: boolean;
      readonly deliveryCount: number;
    }
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | {
      readonly is: 'failed';
      readonly code: FailureCode;
      readonly detail: string | null;
      /** Each wrong place, when it is the event's content. */
      readonly errors?: readonly FieldError[];
    };

/** Makes the row by which an answer is given again to the same request. */
export type KeepAnswer = (accepted: Accepted) => IdempotencyRow;

/** What accepting an event would lead to. */
export type Preview = {
  /** With an id of its own if the caller brought none. */
  readonly event: Event;
  /** Whether its chain would hold it, so that none of these went. */
  readonly isHeld: boolean;
  readonly deliveries: readonly PreviewedDelivery[];
};

export type PreviewedDelivery = {
  /** For a callback: the endpoint as that delivery would use it. */
  readonly endpoint: Endpoint;
  readonly subscriptionId: SubscriptionId | null;
  readonly orderKey: string | null;
  readonly dueAt: Instant;
  readonly isCallback: boolean;
};

/** The one door: everything that becomes an event goes through it. */
export interface Ingest {
  /** Answers only after the durable commit, one answer per event, in order. */
  accept(
    tenantId: TenantId,
    events: readonly NewEvent[],
    /** Makes the row that keeps the first event's answer, saved in that event's transaction. */
    idempotency?: KeepAnswer,
  ): Promise<Accepted[]>;
}

/** Says what `accept` would lead to, and changes nothing; throws what would refuse it. */
export type PreviewEvent = (tenantId: TenantId, event: NewEvent) => Promise<Preview>;

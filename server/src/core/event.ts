import type { EventId, Position, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';
import type { TraceContext } from './trace-context.ts';

/** What an event is about: `type` such as `contact`, `id` of 1–256 characters. */
export type EntityRef = { readonly type: string; readonly id: string };

/** An immutable fact as ingest makes it, before the store has given it a position. */
export type Event = {
  readonly id: EventId;
  readonly tenantId: TenantId;
  readonly type: string;
  /** The payload, byte for byte as it was sent. */
  readonly data: Uint8Array;
  readonly contentType: string;
  /** When it happened, by its publisher; `acceptedAt` when not said. */
  readonly time: Instant;
  readonly acceptedAt: Instant;
  readonly source: string | null;
  readonly key: string | null;
  readonly entity: EntityRef | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** How many events stand between this one and the first of its chain. */
  readonly hops: number;
  readonly metadata: JsonObject | null;
  /** The CloudEvents id when it could not be our id. */
  readonly ceId: string | null;
  /** Where it stands in a trace; not there when it stands in none. */
  readonly trace?: TraceContext;
};

/** An event that the store holds. */
export type StoredEvent = Event & {
  readonly position: Position;
  /** When its data was erased; not there while it has it. */
  readonly dataErasedAt?: Instant;
};

import type { Instant } from './instant.ts';
import type { Json, JsonObject } from './json.ts';

/** What the operator says of an event type, for all tenants. */
export type EventType = {
  /** Its dotted name, such as `task.completed`. */
  readonly id: string;
  /** Types are nobody's alone. */
  readonly tenantId: null;
  readonly description: string;
  /** What the data of its events must fit, as JSON Schema; null takes any. */
  readonly schema: JsonObject | null;
  /** An example of its data, which test events carry; null for none. */
  readonly sample: Json;
  /** Whether publishers should stop using it; its events are accepted as before. */
  readonly isDeprecated: boolean;
  /** How long its events are kept; null as for the others of their tenant. */
  readonly retentionMs: number | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

const reservedPrefix = 'posthorn.';

/** Whether only Posthorn itself makes events of this type. */
export function isReservedType(type: string): boolean {
  return type.startsWith(reservedPrefix);
}

import type { Branded } from './branded.ts';

export type TenantId = Branded<string, 'TenantId'>;
export type EventId = Branded<string, 'EventId'>;
export type DeliveryId = Branded<string, 'DeliveryId'>;
export type AttemptId = Branded<string, 'AttemptId'>;
export type EndpointId = Branded<string, 'EndpointId'>;
export type SubscriptionId = Branded<string, 'SubscriptionId'>;
export type KeyId = Branded<string, 'KeyId'>;
export type RequestId = Branded<string, 'RequestId'>;
export type NodeId = Branded<string, 'NodeId'>;
export type ReplayId = Branded<string, 'ReplayId'>;

/** A place in the order of commits; given by the store, never reused, starts at 1. */
export type Position = Branded<number, 'Position'>;

/** The prefixes of ids that Posthorn makes, by what they name. */
export const idPrefixes = {
  event: 'evt',
  delivery: 'dlv',
  attempt: 'att',
  endpoint: 'ep',
  subscription: 'sub',
  source: 'src',
  request: 'req',
  task: 'task',
  bundle: 'bun',
  replay: 'rpl',
  key: 'key',
} as const;

/** What an id may name. */
export type IdKind = keyof typeof idPrefixes;

/** The branded id type of each kind that has one. */
export type IdOf = {
  event: EventId;
  delivery: DeliveryId;
  attempt: AttemptId;
  endpoint: EndpointId;
  subscription: SubscriptionId;
  key: KeyId;
  request: RequestId;
  source: string;
  task: string;
  bundle: string;
  replay: ReplayId;
};

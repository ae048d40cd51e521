import type { Cidr } from '../../core/address/cidr.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { AttemptId, Position } from '../../core/ids.ts';
import type { LoopCells } from './measure-loop.ts';
import type { OrderRow, ResultRow, StoredEventRow } from './sender-rows.ts';

/** What the sender thread is started with. */
export type SenderSettings = {
  readonly allow: readonly Cidr[];
  readonly allowLoopback: boolean;
  readonly userAgent: string;
  /** Where the thread notes how its event loop does; nowhere when not given. */
  readonly loops?: LoopCells;
};

/** Names an endpoint, as it was when it crossed, until it is forgotten. */
export type EndpointRef = number;

/** From the main thread. What a message brings is kept until a later one says to forget it. */
export type ToSender =
  | {
      readonly kind: 'orders';
      readonly endpoints: readonly (readonly [ref: EndpointRef, endpoint: Endpoint])[];
      readonly events: readonly StoredEventRow[];
      readonly orders: readonly OrderRow[];
      readonly forgetEvents: readonly Position[];
      readonly forgetEndpoints: readonly EndpointRef[];
      readonly block: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'cut'; readonly attemptIds: readonly AttemptId[] | null }
  | { readonly kind: 'close' };

/** To the main thread: what came of attempts that ended in one turn. */
export type FromSender = {
  readonly results: readonly ResultRow[];
  readonly block: Uint8Array<ArrayBuffer>;
};

import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { AttemptId, Position } from '../../core/ids.ts';
import type { Cidr } from '../../core/address/cidr.ts';
import type { SendOrder, SendResult } from '../../destinations/destination.ts';

/** What the sender thread is started with. */
export type SenderSettings = {
  readonly allow: readonly Cidr[];
  readonly allowLoopback: boolean;
  readonly userAgent: string;
};

/** An event without its payload, which lies in the message's one block of bytes. */
export type WireEvent = Omit<StoredEvent, 'data'> & {
  readonly from: number;
  readonly byteLength: number;
};

/** An order that names its event and endpoint instead of carrying them. */
export type WireOrder = Omit<SendOrder, 'event' | 'endpoint'> & {
  readonly eventPosition: Position;
  readonly endpointId: Endpoint['id'];
};

/** From the main thread. What a message brings is kept until a later one says to forget it. */
export type ToSender =
  | {
      readonly kind: 'orders';
      readonly endpoints: readonly { readonly endpoint: Endpoint; readonly version: number }[];
      readonly events: readonly WireEvent[];
      readonly bytes: Uint8Array;
      readonly orders: readonly WireOrder[];
      readonly forget: readonly Position[];
    }
  | { readonly kind: 'cut'; readonly attemptIds: readonly AttemptId[] | null }
  | { readonly kind: 'close' };

/** To the main thread: what came of attempts that ended in one turn. */
export type FromSender = {
  readonly results: readonly { readonly attemptId: AttemptId; readonly result: SendResult }[];
};

import type { Position } from '../../../core/ids.ts';
import type { AcceptAnswer, PlacedDelivery } from '../../queue.ts';
import { fromPendingRow, toPendingRow } from './pending-row.ts';
import type { PendingRow } from './pending-row.ts';

type Accepted = AcceptAnswer & { readonly is: 'accepted' };
type Superseded = NonNullable<Accepted['superseded']>[number];

type PlacedRow = readonly [
  index: number,
  dueAt: PlacedDelivery['dueAt'],
  supersededCount: number,
  mergedFrom: number,
  mergedTo: number,
];

/** An accepted event with what coalescing did; parts that are not there are null. */
export type AcceptedRow = readonly [
  position: Position,
  followers: readonly number[],
  placed: readonly PlacedRow[] | null,
  superseded: readonly (Superseded['deliveryId'] | Superseded['endpointId'])[] | null,
  promoted: readonly PendingRow[] | null,
];

/** Versions begin at 1. */
const noVersion = 0;

export function toAcceptedRow(answer: Accepted): AcceptedRow {
  const { position, followers, placed, superseded, promoted } = answer;
  return [
    position,
    followers,
    placed?.map(toPlacedRow) ?? null,
    superseded?.flatMap(({ deliveryId, endpointId }) => [deliveryId, endpointId]) ?? null,
    promoted?.map(toPendingRow) ?? null,
  ];
}

export function fromAcceptedRow(row: AcceptedRow): Accepted {
  const [position, followers, placed, superseded, promoted] = row;
  return {
    is: 'accepted',
    position,
    followers,
    ...(placed === null ? {} : { placed: placed.map(fromPlacedRow) }),
    ...(superseded === null ? {} : { superseded: pairs(superseded) }),
    ...(promoted === null ? {} : { promoted: promoted.map(fromPendingRow) }),
  };
}

function toPlacedRow({ index, dueAt, supersededCount, merged }: PlacedDelivery): PlacedRow {
  const { from, to } = merged ?? { from: noVersion, to: noVersion };
  return [index, dueAt, supersededCount, from, to];
}

function fromPlacedRow([index, dueAt, supersededCount, from, to]: PlacedRow): PlacedDelivery {
  return { index, dueAt, supersededCount, merged: from === noVersion ? null : { from, to } };
}

function pairs(flat: NonNullable<AcceptedRow[3]>): Superseded[] {
  const superseded: Superseded[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const deliveryId = flat[at] as Superseded['deliveryId'];
    superseded.push({ deliveryId, endpointId: flat[at + 1] as Superseded['endpointId'] });
  }
  return superseded;
}

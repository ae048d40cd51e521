import type { Arrival, Publication } from './crash-log.ts';

/** All that is known after the last round. */
export type Evidence = {
  readonly endpoints: readonly string[];
  readonly publications: readonly Publication[];
  readonly arrivals: readonly Arrival[];
  /** When each kill was sent, in order; monotonic microseconds. */
  readonly killsUs: readonly number[];
  /** Succeeded attempts in the log of the server, by `pairOf` event and endpoint. */
  readonly recorded: ReadonlyMap<string, number>;
  /** Deliveries that the server lists as still pending, and as dead. */
  readonly pendingCount: number;
  readonly deadCount: number;
};

/** One promise, and what breaks it. */
export type Finding = { readonly promise: string; readonly broken: readonly string[] };

/** A delivery that succeeded again, and the kill that lies between, or null. */
type Duplicate = { first: Arrival; again: Arrival; killIndex: number | null };

/** How long before a kill an attempt may have ended and still not be recorded. */
export const unrecordedUs = 2_000_000;
/** How long after a kill the receiver may still read what was sent before it. */
const readLateUs = 500_000;

/** Names an event at an endpoint. */
export function pairOf(eventId: string, endpoint: string): string {
  return `${eventId} at ${endpoint}`;
}

/** Judges what publisher, receiver and server wrote down, each for itself. */
export function judgeCrash(evidence: Evidence): Finding[] {
  return [
    { promise: 'every acknowledged event reached every endpoint', broken: lost(evidence) },
    {
      promise: 'every arrival is an event that was sent, with its data',
      broken: foreign(evidence),
    },
    { promise: 'one webhook-id has one body', broken: changed(evidence) },
    { promise: 'every arrival is signed', broken: unsigned(evidence) },
    {
      promise: 'a delivery came twice only when unrecorded at a kill',
      broken: unexplained(evidence),
    },
    { promise: 'a success that was recorded was not sent again', broken: resent(evidence) },
    { promise: 'every success is in the log', broken: unlogged(evidence) },
    { promise: 'nothing stays pending', broken: counted(evidence.pendingCount, 'pending') },
    { promise: 'nothing is dead', broken: counted(evidence.deadCount, 'dead') },
  ];
}

/** Every success that came again, with the kill that explains it. */
export function duplicates({ arrivals, killsUs }: Evidence): Duplicate[] {
  const byPair = [...successes(arrivals).values()];
  return byPair.flatMap((ofPair) => duplicatesOf(ofPair, killsUs));
}

/** One kill excuses one repetition of a delivery, not two. */
function duplicatesOf(ofPair: readonly Arrival[], killsUs: readonly number[]): Duplicate[] {
  const spent = new Set<number>();
  return ofPair.slice(1).flatMap((again, index) => {
    const first = ofPair[index];
    if (first === undefined) return [];
    const killIndex = killsUs.findIndex(
      (killUs, kill) => !spent.has(kill) && explains(killUs, first, again),
    );
    spent.add(killIndex);
    return [{ first, again, killIndex: killIndex === -1 ? null : killIndex }];
  });
}

function explains(killUs: number, first: Arrival, again: Arrival): boolean {
  const isBetween = first.atUs <= killUs + readLateUs && again.atUs > killUs;
  return isBetween && killUs - first.atUs <= unrecordedUs;
}

function successes(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  const byPair = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    if (arrival.status !== 200) continue;
    const pair = pairOf(arrival.eventId, arrival.endpoint);
    const known = byPair.get(pair);
    if (known === undefined) byPair.set(pair, [arrival]);
    else known.push(arrival);
  }
  return byPair;
}

function lost({ publications, arrivals, endpoints }: Evidence): string[] {
  const arrived = successes(arrivals);
  const acknowledged = publications.filter(({ did }) => did === 'acknowledged');
  return acknowledged
    .flatMap(({ eventId }) => endpoints.map((endpoint) => pairOf(eventId, endpoint)))
    .filter((pair) => !arrived.has(pair));
}

function foreign({ publications, arrivals, endpoints }: Evidence): string[] {
  const sent = new Map(publications.map(({ eventId, dataHash }) => [eventId, dataHash]));
  return arrivals
    .filter((one) => sent.get(one.eventId) !== one.dataHash || !endpoints.includes(one.endpoint))
    .map(({ eventId, endpoint }) => pairOf(eventId, endpoint));
}

function changed({ arrivals }: Evidence): string[] {
  const bodies = new Map<string, string>();
  return arrivals
    .filter(({ eventId, bodyHash }) => {
      const known = bodies.get(eventId);
      if (known === undefined) bodies.set(eventId, bodyHash);
      return known !== undefined && known !== bodyHash;
    })
    .map(({ eventId, endpoint }) => pairOf(eventId, endpoint));
}

function unsigned({ arrivals }: Evidence): string[] {
  const unverified = arrivals.filter(({ isVerified }) => !isVerified);
  return unverified.map(({ eventId, endpoint }) => pairOf(eventId, endpoint));
}

function unexplained(evidence: Evidence): string[] {
  return duplicates(evidence)
    .filter(({ killIndex }) => killIndex === null)
    .map(({ first, again }) => {
      const seconds = ((again.atUs - first.atUs) / 1e6).toFixed(3);
      return `${pairOf(first.eventId, first.endpoint)}, ${seconds} s later`;
    });
}

/** A duplicate's earlier success died with the process, so the log may hold one at the most. */
function resent({ recorded }: Evidence): string[] {
  const pairs = [...recorded].filter(([, count]) => count > 1);
  return pairs.map(([pair, count]) => `${pair}, recorded ${count} times`);
}

function unlogged({ arrivals, recorded }: Evidence): string[] {
  return [...successes(arrivals).keys()].filter((pair) => !recorded.has(pair));
}

function counted(count: number, state: string): string[] {
  return count === 0 ? [] : [`${count} ${state}`];
}

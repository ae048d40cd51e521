import type { Endpoint } from '../../server/src/core/endpoint.ts';
import { closedBreaker } from '../../server/src/core/breaker.ts';
import type { BreakerState } from '../../server/src/core/endpoint-health.ts';
import type { Outcome } from '../../server/src/core/attempt.ts';
import type { AttemptId, EndpointId, NodeId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import { shardOf } from '../../server/src/core/shard.ts';
import type { AttemptRecord } from '../../server/src/store/queue.ts';
import type { Fact, FactOf } from '../fact.ts';
import { doubtMs } from './hand-over.ts';
import type { Law } from './law.ts';

/** What one owner knows of one endpoint. */
type View = {
  breaker: BreakerState;
  hasProbed: boolean;
  /** When the view began; attempts that began before do not count. */
  readonly sinceMs: number;
  failures: number;
  firstFailureAt: number;
  mustOpen: boolean;
};

/** While open, nothing but one probe goes; and open it is after enough failures in a row. */
export function breaker({ isShared }: { isShared: boolean }): Law {
  const book = new Book(isShared);
  return {
    says: 'the breaker holds',
    see(fact) {
      book.follow(fact);
      if (fact.is === 'started') return book.start(fact);
      if (fact.is === 'ended') book.end(fact);
      if (fact.is === 'called' && fact.verb === 'record') {
        const records = fact.args as readonly AttemptRecord[];
        for (const record of records) {
          const wrong = book.record(fact, record);
          if (wrong !== null) return wrong;
        }
      }
      return null;
    },
  };
}

class Book {
  readonly #isShared: boolean;
  readonly #views = new Map<NodeId, Map<EndpointId, View>>();
  readonly #renewedMs = new Map<NodeId, number>();
  /** The shards that each life held by its last lease, with their epochs. */
  readonly #epochs = new Map<NodeId, ReadonlyMap<number, number>>();
  readonly #startedMs = new Map<AttemptId, number>();
  /** When an owner asked for a payload: deliveries that wait for it had begun by then. */
  readonly #reading = new Map<string, number>();
  readonly #excused = new Set<string>();
  readonly #recorded = new Set<AttemptId>();
  /** Endpoints that were over: their breakers begin anew when facts do not tell. */
  readonly #reset = new Set<EndpointId>();

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  follow(fact: Fact): void {
    if (fact.is === 'lease_committed') {
      this.#doubt(fact);
      this.#renewedMs.set(fact.life, fact.atMs);
      this.#renew(fact);
    }
    if (fact.is === 'release_committed') {
      const given = new Set(fact.shards.map((each) => each.shard.number));
      this.#forget(fact.life, (shard) => given.has(shard));
    }
    if (fact.is === 'called' && fact.verb === 'readEvents') {
      const { positions } = fact.args as { positions: readonly number[] };
      for (const position of positions) this.#reading.set(`${fact.life} ${position}`, fact.atMs);
    }
    if (fact.is === 'record_committed' && fact.record.disables !== null) {
      this.#reset.add(fact.record.endpointId);
    }
    if (fact.is !== 'catalogue_committed') return;
    for (const { kind, value } of fact.resources) {
      if (kind === 'endpoint' && endsBreaker(value)) this.#reset.add(value.id);
    }
  }

  start(fact: FactOf<'started'>): string | null {
    this.#doubt(fact);
    const { order, nodeNow, atMs } = fact;
    this.#startedMs.set(order.attemptId, atMs);
    const view = this.#view(fact, order.endpoint.id);
    if (view === null || view.breaker.is === 'closed') return null;
    if (this.#hadBegun(fact, view) || this.#reset.has(order.endpoint.id)) return null;
    if (view.breaker.is === 'open' && nodeNow < view.breaker.probeAt) {
      return `${order.attemptId} goes ${view.breaker.probeAt - nodeNow} ms before the probe`;
    }
    if (view.hasProbed) return `${order.attemptId} goes beside a probe`;
    view.hasProbed = true;
    return null;
  }

  /** Whether it was given out before the view began, and has waited for its payload since. */
  #hadBegun({ life, order: { event, deliveryId } }: FactOf<'started'>, { sinceMs }: View): boolean {
    const askedMs = this.#reading.get(`${life} ${event.position}`);
    const excuse = `${deliveryId} ${askedMs}`;
    if (askedMs === undefined || askedMs > sinceMs || this.#excused.has(excuse)) return false;
    this.#excused.add(excuse);
    return true;
  }

  end(fact: FactOf<'ended'>): void {
    this.#doubt(fact);
    const { order, outcome, nodeNow } = fact;
    const view = this.#view(fact, order.endpoint.id);
    const startedMs = this.#startedMs.get(order.attemptId) ?? 0;
    if (view === null || startedMs < view.sinceMs || view.breaker.is !== 'closed') return;
    const verdict = verdictOf(outcome);
    if (verdict === 'success') view.failures = 0;
    if (verdict !== 'failure') return;
    if (view.failures === 0) view.firstFailureAt = nodeNow;
    view.failures += 1;
    const spanMs = nodeNow - view.firstFailureAt;
    view.mustOpen =
      view.failures >= order.endpoint.breaker.failuresInARow && spanMs >= limits.breakerSpanMs;
  }

  record(fact: FactOf<'called'>, { endpointId, health, attempt }: AttemptRecord): string | null {
    const view = this.#view(fact, endpointId);
    if (view === null || attempt === null || this.#reset.has(endpointId)) return null;
    // A record that is repeated tells what was so before.
    if (this.#recorded.has(attempt.id)) return null;
    this.#recorded.add(attempt.id);
    const { mustOpen } = view;
    view.mustOpen = false;
    // Its lane was closed on the way: the shard is being given away.
    if (health === null) return null;
    if (differs(health.breaker, view.breaker)) this.#put(fact, endpointId, health.breaker);
    return mustOpen && health.breaker.is === 'closed'
      ? `${endpointId} stays closed after ${view.failures} failures`
      : null;
  }

  #put({ life, atMs }: FactOf<'called'>, endpointId: EndpointId, is: BreakerState): void {
    this.#views.get(life)?.set(endpointId, { ...newView(atMs), breaker: is });
  }

  #view({ life, atMs }: { life: NodeId; atMs: number }, endpointId: EndpointId): View | null {
    const ofLife = this.#views.get(life) ?? new Map<EndpointId, View>();
    this.#views.set(life, ofLife);
    const view = ofLife.get(endpointId) ?? newView(atMs);
    ofLife.set(endpointId, view);
    return view;
  }

  /** An owner whose renewals stop may close its lanes and open them again from what is stored. */
  #doubt({ life, atMs }: { life: NodeId; atMs: number }): void {
    const renewedMs = this.#renewedMs.get(life) ?? atMs;
    if (this.#isShared && atMs - renewedMs > doubtMs) this.#views.delete(life);
  }

  /** What its lease does not hold any more, or holds anew, began again for it. */
  #renew({ life, held }: FactOf<'lease_committed'>): void {
    const epochs = new Map(held.map(({ shard, epoch }) => [shard.number, epoch]));
    const before = this.#epochs.get(life);
    this.#epochs.set(life, epochs);
    this.#forget(life, (shard) => before?.get(shard) !== epochs.get(shard));
  }

  #forget(life: NodeId, isOver: (shard: number) => boolean): void {
    const ofLife = this.#views.get(life);
    for (const endpointId of ofLife?.keys() ?? []) {
      if (isOver(shardOf(endpointId).number)) ofLife?.delete(endpointId);
    }
  }
}

function newView(sinceMs: number): View {
  const counts = { failures: 0, firstFailureAt: 0, mustOpen: false };
  return { breaker: closedBreaker, hasProbed: false, sinceMs, ...counts };
}

function endsBreaker({ status }: Endpoint): boolean {
  return status.is === 'disabled' || status.is === 'deleted';
}

function differs(one: BreakerState, other: BreakerState): boolean {
  return one.is !== other.is || (one.is === 'open' && other.is === 'open' && one !== other);
}

function verdictOf(outcome: Outcome): 'success' | 'failure' | 'none' {
  if (outcome.kind === 'interrupted') return 'none';
  if (outcome.kind !== 'answered') return 'failure';
  if (outcome.status >= 200 && outcome.status < 300) return 'success';
  return [400, 413, 422].includes(outcome.status) ? 'none' : 'failure';
}

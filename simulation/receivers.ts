import type { SendOrder } from '../server/src/destinations/destination.ts';
import type { SeededChance } from './seeded-chance.ts';

/** How a receiver behaves for a while. */
export type Behaviour =
  'healthy' | 'slow' | 'flaky' | 'hanging' | 'dead' | 'throttling' | 'refusing' | 'erring' | 'gone';

/** How a receiver behaves from a moment on. */
export type Spell = { readonly fromMs: number; readonly behaviour: Behaviour };

/** What a receiver does with a request; a status of null means that it never answers. */
export type Reaction =
  | { readonly is: 'refused' }
  | {
      readonly is: 'taken';
      readonly status: number | null;
      readonly retryAfterMs: number | null;
      readonly afterMs: number;
    };

/** All receivers, each behind one address and in one mood at a time. */
export class Receivers {
  readonly #chance: SeededChance;
  readonly #acceptances: SeededChance;
  readonly #spells = new Map<string, readonly Spell[]>();
  #areHealed = false;

  constructor(chance: SeededChance) {
    this.#chance = chance;
    this.#acceptances = chance.fork('acceptances');
  }

  /** Sets how the receiver at an address behaves over time; healthy before the first spell. */
  place(url: string, spells: readonly Spell[]): void {
    this.#spells.set(url, spells);
  }

  /** From here on everybody is healthy. */
  heal(): void {
    this.#areHealed = true;
  }

  #behaviour(url: string, nowMs: number): Behaviour {
    if (this.#areHealed) return 'healthy';
    const past = (this.#spells.get(url) ?? []).filter((spell) => spell.fromMs <= nowMs);
    return past.at(-1)?.behaviour ?? 'healthy';
  }

  /** Who may report later that it is done often says no more than that it has the request. */
  react(order: SendOrder, nowMs: number): Reaction {
    const reaction = this.#reaction(order, nowMs);
    const isWell = reaction.is === 'taken' && (reaction.status === 200 || reaction.status === 204);
    if (order.ackToken === undefined || !isWell) return reaction;
    return this.#acceptances.hits(0.8) ? { ...reaction, status: 202 } : reaction;
  }

  #reaction({ endpoint: { url } }: SendOrder, nowMs: number): Reaction {
    const chance = this.#chance;
    const soonMs = chance.whole(1, 30);
    const behaviour = this.#behaviour(url, nowMs);
    switch (behaviour) {
      case 'healthy':
        return taken(200, soonMs);
      case 'slow':
        return taken(204, chance.whole(200, 900));
      case 'flaky':
        return taken(chance.hits(0.4) ? 503 : 200, soonMs);
      case 'hanging':
        return taken(null, 0);
      case 'dead':
        return { is: 'refused' };
      case 'throttling':
        return { ...taken(429, soonMs), retryAfterMs: chance.whole(0, 12) * 500 };
      case 'refusing':
        return taken(chance.pick([400, 422]), soonMs);
      case 'erring':
        return taken(chance.pick([302, 404, 500]), soonMs);
      case 'gone':
        return taken(410, soonMs);
      default:
        return behaviour satisfies never;
    }
  }
}

function taken(status: number | null, afterMs: number): Reaction & { is: 'taken' } {
  return { is: 'taken', status, retryAfterMs: null, afterMs };
}

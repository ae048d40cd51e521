import { AppError } from '../core/app-error.ts';
import { isChained, uncountedType } from '../core/chain/is-chained.ts';
import type { ChainRef } from '../core/chain/chain-alert.ts';
import { chainOf, holdChain, markBusy, releaseChain } from '../core/chain/chain.ts';
import type { Chain } from '../core/chain/chain.ts';
import type { Event } from '../core/event.ts';
import type { ReplayId } from '../core/ids.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { ReplayRequest } from '../core/replay.ts';
import type { Finder } from '../store/finder.ts';
import type { GuardedWrite } from '../store/queue.ts';
import { ChainAlerts, guardedRef } from './chain-alerts.ts';
import type { ChainAlertDeps } from './chain-alerts.ts';
import { ChainVolume } from './chain-volume.ts';
import type { Accepted, KeepAnswer } from './new-event.ts';

export type ChainsDeps = ChainAlertDeps & {
  readonly finder: Pick<Finder, 'guarded' | 'chainHeld' | 'chainVolume'>;
  readonly ids: IdMaker;
};

/** What became of a chain that was to go on. */
export type Released =
  | (ChainGoingOn & { readonly is: 'released'; readonly accepted: Accepted })
  /** Nothing of it was held. */
  | { readonly is: 'unchanged' };

/** A chain as its release leaves it, and the replay that delivers what was held. */
export type ChainGoingOn = { readonly chain: Chain; readonly replayId: ReplayId };

/** Sees to it that chains of events end: holds those that go too far, tells of those that swell. */
export class Chains {
  readonly #deps: ChainsDeps;
  readonly #alerts: ChainAlerts;
  readonly #volume = new ChainVolume();
  readonly #looks = new Set<Promise<void>>();

  constructor(deps: ChainsDeps) {
    this.#deps = deps;
    this.#alerts = new ChainAlerts(deps);
  }

  /**
   * Null when an event may go; else it is held, and must be accepted together with what is
   * answered, so that a release in the same moment does not miss it.
   */
  async judge(event: Event): Promise<GuardedWrite | null> {
    const ref = guardedRef(event);
    for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
      const row = await this.#deps.finder.guarded(ref);
      const chain = chainOf(row);
      if (event.hops <= chain.allowedHops) return null;
      if (row !== null && chain.heldAt !== null) {
        const { kind, id } = ref;
        return { kind, id, expects: row.version, value: null, isCheck: true };
      }
      await this.#hold(event);
    }
    throw new AppError('conflict');
  }

  /** Told of each event that was accepted. */
  count(event: Event): void {
    if (!isChained(event) || !this.#volume.add(event)) return;
    const look = this.#look(event).catch((cause: unknown) => {
      this.#deps.emit({ signal: 'step_failed', step: 'chains', cause });
    });
    this.#looks.add(look);
    void look.finally(() => this.#looks.delete(look));
  }

  /** Lets what is held go, and the chain go on. May be repeated. */
  async release(ref: ChainRef, keep?: (on: ChainGoingOn) => KeepAnswer): Promise<Released> {
    const { finder, ids } = this.#deps;
    const replayId = ids.make('replay');
    const hopsOver = limits.hops;
    const { maxHops } = await finder.chainHeld({ ...ref, hopsOver, limit: limits.chainScanRows });
    const changed = await this.#alerts.change(ref, (before, now) => {
      const chain = releaseChain(before, maxHops, now);
      if (chain === null) return null;
      const request = missingOf(ref, before.allowedHops, chain.allowedHops);
      return {
        chain,
        alert: { kind: 'released', chain, replayId },
        replay: { id: replayId, request },
        ...(keep === undefined ? {} : { keep: keep({ chain, replayId }) }),
      };
    });
    if (changed === null) return { is: 'unchanged' };
    const { chain, accepted } = changed;
    return { is: 'released', replayId, chain, accepted };
  }

  /** Answers when no look at the store is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#looks);
  }

  async #hold(event: Event): Promise<void> {
    await this.#alerts.change(event, (before, now) => {
      const chain = holdChain(before, event, now);
      return chain && { chain, alert: { kind: 'held', chain, by: event } };
    });
  }

  async #look(event: Event): Promise<void> {
    const { finder, clock } = this.#deps;
    const { tenantId, correlationId } = event;
    const count = await finder.chainVolume({
      ...{ tenantId, correlationId, except: uncountedType },
      since: later(clock.now(), -limits.chainHourMs),
      limit: limits.chainEventsPerHour + 1,
    });
    if (count <= limits.chainEventsPerHour) return;
    await this.#alerts.change(event, (before, now) => {
      const chain = markBusy(before, now);
      return chain && { chain, alert: { kind: 'busy', by: event, at: now } };
    });
  }
}

function missingOf({ correlationId }: ChainRef, hopsOver: number, hopsUpTo: number): ReplayRequest {
  return {
    ...{ only: 'missing', as: 'same', endpointId: null, types: null, since: null, until: null },
    ...{ eventIds: null, deliveryIds: null, ratePerSecond: null },
    held: { correlationId, hopsOver, hopsUpTo },
  };
}

import { chainAlertData, chainAlertId, chainAlertTypes } from '../core/chain/chain-alert.ts';
import type { ChainAlert, ChainRef } from '../core/chain/chain-alert.ts';
import { chainOf, chainValue } from '../core/chain/chain.ts';
import type { Chain } from '../core/chain/chain.ts';
import type { Clock } from '../core/clock.ts';
import type { EndpointId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Emit } from '../core/signal.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import { alertTargets } from './alert-reach.ts';
import type { Carried } from './carried.ts';
import { GuardedChanges } from './change-guarded.ts';
import type { GuardedRef } from './change-guarded.ts';
import type { Accepted, Ingest, KeepAnswer, NewEvent } from './new-event.ts';

export type ChainAlertDeps = {
  readonly ingest: Pick<Ingest, 'accept'>;
  readonly finder: Pick<Finder, 'guarded'>;
  readonly mirror: CatalogueMirror;
  readonly clock: Clock;
  readonly emit: Emit;
};

/** What a chain becomes, and what is told of it. */
export type ChainStep = {
  readonly chain: Chain;
  readonly alert: ChainAlert;
  readonly replay?: Carried['replay'];
  readonly keep?: KeepAnswer;
};

/** What a chain became, and what became of the alert that tells of it. */
export type ChangedChain = { readonly chain: Chain; readonly accepted: Accepted };

/** Null leaves the chain as it is. */
export type DecideChain = (chain: Chain, now: Instant) => ChainStep | null;

const plain = {
  ...{ contentType: 'application/json', time: null, deliverAt: null, source: 'posthorn' },
  ...{ entity: null, correlationId: null, causationId: null, metadata: null, ceId: null },
  callback: null,
} as const;
const carriesNothing = { orderKey: null, coalescing: null, fields: null };

/** Changes what is kept of chains, each change with the alert that tells of it. */
export class ChainAlerts {
  readonly #deps: ChainAlertDeps;
  readonly #changes: GuardedChanges;

  constructor(deps: ChainAlertDeps) {
    this.#deps = deps;
    this.#changes = new GuardedChanges(deps);
  }

  /** Answers null when nothing was changed. */
  async change(ref: ChainRef, decide: DecideChain): Promise<ChangedChain | null> {
    const guarded = guardedRef(ref);
    const before = await this.#deps.finder.guarded(guarded);
    const likely = decide(chainOf(before), this.#deps.clock.now());
    if (likely === null) return null;
    // First those for other tenants: after a crash in between they are only raised again.
    await this.#raiseElsewhere(ref, likely.alert, versionAfter(before));
    const { answer, accepted } = await this.#changes.change(guarded, (row, now) => {
      const step = decide(chainOf(row), now);
      if (step === null) return { is: 'unchanged', answer: null };
      const { chain, alert, replay, keep } = step;
      return {
        is: 'event',
        event: this.#eventOf(ref, alert, versionAfter(row)),
        carries: { ...carriesNothing, ...(replay === undefined ? {} : { replay }) },
        write: { value: chainValue(chain), state: chain.heldAt === null ? 'calm' : 'held' },
        answer: step,
        ...(keep === undefined ? {} : { keep }),
      };
    });
    if (answer === null || accepted === null) return null;
    if (accepted.is === 'accepted') this.#tell(ref, answer.alert, accepted);
    return { chain: answer.chain, accepted };
  }

  #eventOf(ref: ChainRef, alert: ChainAlert, version: number): NewEvent {
    const also = this.#targets(ref).own;
    return {
      ...plain,
      id: chainAlertId(ref, { kind: alert.kind, version }),
      type: chainAlertTypes[alert.kind],
      data: Buffer.from(JSON.stringify(chainAlertData(ref, alert))),
      key: ref.correlationId,
      reach: { also, never: null, isForSubscribers: true },
    };
  }

  async #raiseElsewhere(ref: ChainRef, alert: ChainAlert, version: number): Promise<void> {
    for (const { tenantId, endpointId } of this.#targets(ref).elsewhere) {
      const id = chainAlertId(ref, { kind: alert.kind, version }, endpointId);
      const reach = { also: [endpointId], never: null, isForSubscribers: false };
      await this.#deps.ingest.accept(tenantId, [
        { ...this.#eventOf(ref, alert, version), id, reach },
      ]);
    }
  }

  #targets({ tenantId }: ChainRef) {
    const all = alertTargets(this.#deps.mirror, { id: null, tenantId });
    const own: EndpointId[] = [];
    for (const target of all) if (target.tenantId === tenantId) own.push(target.endpointId);
    return { own, elsewhere: all.filter((target) => target.tenantId !== tenantId) };
  }

  #tell(
    { tenantId }: ChainRef,
    { kind }: ChainAlert,
    { id: eventId, deliveryCount }: Extract<Accepted, { is: 'accepted' }>,
  ): void {
    const of = { type: chainAlertTypes[kind], tenantId, endpointId: null, eventId };
    this.#deps.emit({ signal: 'alert_raised', ...of, deliveryCount, cause: null });
  }
}

/** The row of a chain. */
export function guardedRef({ tenantId, correlationId: id }: ChainRef): GuardedRef {
  return { tenantId, kind: 'chain', id };
}

function versionAfter(row: GuardedRow | null): number {
  return (row?.version ?? 0) + 1;
}

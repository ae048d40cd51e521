import type { AckReport } from '../server/src/core/ack/decide-report.ts';
import { AppError } from '../server/src/core/app-error.ts';
import type { DeliveryId } from '../server/src/core/ids.ts';
import type { SendOrder } from '../server/src/destinations/destination.ts';
import type { ReportAnswer } from '../server/src/ingest/take-report.ts';
import type { PublisherDeps } from './publisher.ts';
import { isStoreTrouble } from './simulated-node.ts';
import type { Life } from './simulated-node.ts';

/** What a receiver reports with of one delivery. */
type Accepted = { readonly deliveryId: DeliveryId; readonly token: string };
/** What it says of it, and how long after it took the request or said the last thing. */
type Step = { readonly afterMs: number; readonly report: AckReport };

type Manner =
  'done' | 'at_once' | 'failing' | 'refusing' | 'working' | 'twice' | 'late' | 'never' | 'older';

const manners: readonly [Manner, ...Manner[]] = [
  ...(['done', 'done', 'at_once', 'failing', 'refusing', 'working'] as const),
  ...(['twice', 'late', 'never', 'older'] as const),
];

const ack: AckReport = { do: 'ack' };
const progress: AckReport = { do: 'progress' };
const fail: AckReport = { do: 'fail', isFinal: false };
const refuse: AckReport = { do: 'fail', isFinal: true };

/** A receiver that gets no answer says it again, so often. */
const triesMost = 3;
const patienceMs = 10_000;
const againMs = 400;
/** In the end a backlog that waits for each other must not last. */
const promptMs = 20;

/** Reports on what simulated receivers have accepted, by any node: soon, late, twice or never. */
export class ReceiverReports {
  readonly #deps: PublisherDeps;
  /** What each delivery was first accepted with. */
  readonly #oldest = new Map<DeliveryId, Accepted>();
  #areHealed = false;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  /** From here on everybody reports soon that it is done. */
  heal(): void {
    this.#areHealed = true;
  }

  /** Follows a request that was answered with 202. */
  async accepted({ deliveryId, ackToken: token }: SendOrder): Promise<void> {
    if (token === undefined) return;
    const { chance, time } = this.#deps;
    const accepted = { deliveryId, token };
    const oldest = this.#oldest.get(deliveryId) ?? accepted;
    this.#oldest.set(deliveryId, oldest);
    const manner = this.#areHealed ? 'done' : chance.pick(manners);
    for (const { afterMs, report } of this.#stepsOf(manner)) {
      await time.wait(afterMs);
      await this.#say(manner === 'older' ? oldest : accepted, report);
    }
  }

  #stepsOf(manner: Manner): Step[] {
    const { chance } = this.#deps;
    const soon = (report: AckReport): Step => ({ afterMs: chance.whole(20, 2_000), report });
    switch (manner) {
      case 'done':
        return [this.#areHealed ? { ...soon(ack), afterMs: promptMs } : soon(ack)];
      case 'at_once':
        return [{ afterMs: chance.whole(0, 30), report: chance.pick([ack, ack, refuse, fail]) }];
      case 'failing':
        return [soon(fail)];
      case 'refusing':
        return [soon(refuse)];
      case 'working':
        return [...Array.from({ length: chance.whole(1, 3) }, () => soon(progress)), soon(ack)];
      case 'twice':
        return [soon(chance.pick([ack, fail])), soon(chance.pick([ack, fail, progress]))];
      case 'late':
        return [
          { afterMs: chance.whole(1_000, 15_000), report: chance.pick([ack, fail, progress]) },
        ];
      case 'never':
        return [];
      case 'older':
        return [soon(chance.pick([ack, fail, refuse, progress]))];
      default:
        return manner satisfies never;
    }
  }

  async #say(accepted: Accepted, report: AckReport): Promise<void> {
    const { nodes, chance, time } = this.#deps;
    for (let tries = 1; tries <= triesMost; tries += 1) {
      const life = nodes[chance.whole(0, nodes.length - 1)]?.life ?? null;
      const answer = life === null ? null : await this.#try(life, accepted, report);
      if (answer !== null && answer !== 'early') return;
      if (tries < triesMost) await time.wait(againMs);
    }
  }

  /** Null when no answer came. */
  async #try(
    life: Life,
    { deliveryId, token }: Accepted,
    report: AckReport,
  ): Promise<ReportAnswer['is'] | null> {
    const { tell, broke } = this.#deps;
    const scope = life.ackTokens.read(token, deliveryId, life.time.now());
    if (scope === null) {
      broke(new Error(`${deliveryId} cannot be reported on`));
      return null;
    }
    const of = { deliveryId, number: scope.number, report };
    tell(life.id, { is: 'reporting', ...of });
    try {
      const answer = await this.#answer(life.takeReport({ scope, report, note: null }));
      if (answer !== null) tell(life.id, { is: 'report_answered', ...of, answer });
      return answer;
    } catch (cause) {
      if (!isStoreTrouble(cause) && !isFull(cause)) broke(cause);
      return null;
    }
  }

  /** A node that dies answers never. */
  async #answer(answer: Promise<ReportAnswer>): Promise<ReportAnswer['is'] | null> {
    const { promise, resolve } = Promise.withResolvers<null>();
    const timer = this.#deps.time.after(patienceMs, () => resolve(null));
    const first = await Promise.race([answer, promise]).finally(() => timer.cancel());
    return first?.is ?? null;
  }
}

function isFull(cause: unknown): boolean {
  return cause instanceof AppError && cause.code === 'disk_full';
}

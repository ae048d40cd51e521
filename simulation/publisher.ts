import type { EventId, NodeId, TenantId } from '../server/src/core/ids.ts';
import { later } from '../server/src/core/instant.ts';
import type { NewEvent } from '../server/src/ingest/new-event.ts';
import type { Doing } from './fact.ts';
import { eventTypes, tenants } from './scene.ts';
import type { SeededChance } from './seeded-chance.ts';
import { isStoreTrouble } from './simulated-node.ts';
import type { Life, SimulatedNode } from './simulated-node.ts';
import type { VirtualTime } from './virtual-time.ts';

export type PublisherDeps = {
  readonly time: VirtualTime;
  readonly chance: SeededChance;
  readonly nodes: readonly SimulatedNode[];
  readonly tell: (life: NodeId, doing: Doing) => void;
  readonly broke: (cause: unknown) => void;
};

const triesMost = 4;
const patienceMs = 5_000;

/** Publishes events by any node; repeats what was not answered, and at times what was. */
export class Publisher {
  readonly #deps: PublisherDeps;
  #count = 0;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  /** Publishes a few events at once. */
  async publish(count = this.#deps.chance.whole(1, 3)): Promise<void> {
    const { chance } = this.#deps;
    const tenantId = chance.hits(0.8) ? tenants[0] : tenants[1];
    const hasIds = chance.hits(0.6);
    const events = Array.from({ length: count }, () => this.#draw(hasIds));
    for (let tries = 1; tries <= triesMost; tries += 1) {
      const isAnswered = await this.#ask(tenantId, events);
      const mayRepeat = hasIds && (!isAnswered || chance.hits(0.1));
      if (!mayRepeat) return;
      await this.#deps.time.wait(chance.whole(100, 3_000));
    }
  }

  #draw(hasId: boolean): NewEvent & { dueInMs: number | null } {
    const { chance } = this.#deps;
    this.#count += 1;
    const size = chance.whole(0, 9);
    const key = chance.hits(0.7) ? `k${chance.whole(1, 3)}` : null;
    return {
      id: hasId ? (`own-${this.#count}` as EventId) : null,
      type: chance.pick(eventTypes),
      data: new TextEncoder().encode(JSON.stringify({ size, count: this.#count })),
      contentType: 'application/json',
      ...{ time: null, deliverAt: null, source: null, entity: null, correlationId: null },
      ...{ causationId: null, metadata: null, ceId: null, callback: null },
      key,
      dueInMs: chance.hits(0.1) ? chance.whole(1, 20_000) : null,
    };
  }

  /** Answers whether every event was answered in time. */
  async #ask(
    tenantId: TenantId,
    events: readonly (NewEvent & { dueInMs: number | null })[],
  ): Promise<boolean> {
    const { chance, nodes, time } = this.#deps;
    const life = nodes[chance.whole(0, nodes.length - 1)]?.life ?? null;
    if (life === null) return false;
    const given = events.map(({ dueInMs, ...event }): NewEvent => {
      const deliverAt = dueInMs === null ? null : later(life.time.now(), dueInMs);
      return { ...event, deliverAt };
    });
    const answered = this.#accept(life, tenantId, given);
    return Promise.race([answered, time.wait(patienceMs).then(() => false)]);
  }

  async #accept(life: Life, tenantId: TenantId, given: readonly NewEvent[]): Promise<boolean> {
    const { tell, broke } = this.#deps;
    try {
      const answers = await life.ingest.accept(tenantId, given);
      for (const answer of answers) {
        if (answer.is === 'failed' && answer.code !== 'disk_full') broke(answer.code);
        if (answer.is !== 'accepted' && answer.is !== 'duplicate') continue;
        const { id: eventId, deliveryCount } = answer;
        tell(life.id, { is: 'accepted', eventId, deliveryCount });
      }
      return answers.every((answer) => answer.is !== 'failed');
    } catch (cause) {
      if (!isStoreTrouble(cause)) broke(cause);
      return false;
    }
  }
}

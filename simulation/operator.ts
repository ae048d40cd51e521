import type { Endpoint } from '../server/src/core/endpoint.ts';
import type { DeliveryId, EndpointId, NodeId } from '../server/src/core/ids.ts';
import { limits } from '../server/src/core/limits.ts';
import type { CatalogueWrite } from '../server/src/store/catalogue.ts';
import type { Doing } from './fact.ts';
import type { Ledger } from './ledger.ts';
import type { Place } from './scene.ts';
import { addressOf } from './scene.ts';
import type { SeededChance } from './seeded-chance.ts';
import { isStoreTrouble } from './simulated-node.ts';
import type { Life, SimulatedNode } from './simulated-node.ts';

export type OperatorDeps = {
  readonly chance: SeededChance;
  readonly nodes: readonly SimulatedNode[];
  readonly ledger: Ledger;
  readonly places: readonly Place[];
  readonly tell: (life: NodeId, doing: Doing) => void;
  readonly broke: (cause: unknown) => void;
};

type Move = 'pause' | 'resume' | 'disable' | 'enable' | 'delete' | 'move' | 'rotate';

const moves: readonly [Move, ...Move[]] = [
  ...(['pause', 'resume', 'resume', 'disable', 'enable', 'enable'] as const),
  ...(['delete', 'move', 'rotate'] as const),
];

/** Changes endpoints and deliveries by any node, as the API would. */
export class Operator {
  readonly #deps: OperatorDeps;
  #moveCount = 0;

  constructor(deps: OperatorDeps) {
    this.#deps = deps;
  }

  /** Makes an endpoint with its subscriptions. */
  async make({ endpoint, subscriptions }: Place): Promise<boolean> {
    const life = this.#anyLife();
    if (life === null) return false;
    const values: CatalogueWrite[] = [
      { resource: { kind: 'endpoint', value: endpoint }, expects: null, remove: false },
      ...subscriptions.map((value): CatalogueWrite => {
        return { resource: { kind: 'subscription', value }, expects: null, remove: false };
      }),
    ];
    return this.#try(async () => {
      const { tenantId } = endpoint;
      await life.mirror.change({ tenantId, writes: values, idempotency: null });
    });
  }

  /** Changes one endpoint in a way drawn by chance. */
  async changeOne(): Promise<void> {
    const { chance, places } = this.#deps;
    const index = chance.whole(0, places.length - 1);
    const place = places[index];
    const move = chance.pick(moves);
    // Few are deleted, or the world would soon be empty.
    if (place === undefined || (move === 'delete' && chance.hits(0.6))) return;
    await this.change(place.endpoint.id, move);
  }

  /** Makes one kind of change to one endpoint. */
  async change(endpointId: EndpointId, move: Move): Promise<boolean> {
    const life = this.#anyLife();
    const found = life?.mirror.get('endpoint', null, endpointId) ?? null;
    if (life === null || found === null || found.value.status.is === 'deleted') return false;
    return this.#try(async () => {
      const value = await this.#moved(life, found.value, move);
      if (value === null) return;
      const writes: CatalogueWrite[] = [
        { resource: { kind: 'endpoint', value }, expects: found.version, remove: false },
        ...(move === 'delete' ? removals(life, value) : []),
      ];
      const { tenantId } = value;
      const answer = await life.mirror.change({ tenantId, writes, idempotency: null });
      if (answer.is !== 'changed') return;
      const version = found.version + 1;
      this.#deps.tell(life.id, { is: 'endpoint_answered', endpoint: value, version });
    });
  }

  /** Retries or cancels one delivery drawn by chance. */
  async changeDelivery(): Promise<void> {
    const { chance, ledger } = this.#deps;
    const all = [...ledger.owed.values()];
    const open = all.filter((each) => each.state === 'pending' || each.state === 'dead');
    const owed = open[chance.whole(0, Math.max(0, open.length - 1))];
    if (owed === undefined) return;
    await this.changeOf(owed.id, chance.hits(0.6) ? 'retry' : 'cancel');
  }

  /** Retries or cancels a delivery. */
  async changeOf(deliveryId: DeliveryId, to: 'retry' | 'cancel'): Promise<boolean> {
    const life = this.#anyLife();
    const { ledger, tell } = this.#deps;
    const owed = ledger.owed.get(deliveryId);
    const tenantId = owed && ledger.endpoints.get(owed.endpointId)?.tenantId;
    if (life === null || tenantId === undefined) return false;
    return this.#try(async () => {
      const at = life.time.now();
      const [answer] = await life.store.queue.change([{ tenantId, deliveryId, at, to }]);
      if (answer === undefined) return;
      life.dispatcher.changed(deliveryId, answer);
      if (answer.is === 'changed') tell(life.id, { is: 'change_answered', deliveryId, to });
    });
  }

  async #moved(life: Life, endpoint: Endpoint, move: Move): Promise<Endpoint | null> {
    const at = life.time.now();
    const { is } = endpoint.status;
    const changed = { ...endpoint, updatedAt: at };
    switch (move) {
      case 'pause':
        return is === 'active' ? { ...changed, status: { is: 'paused' } } : null;
      case 'resume':
        return is === 'paused' ? { ...changed, status: { is: 'active' } } : null;
      case 'disable':
        if (is === 'disabled') return null;
        return { ...changed, status: { is: 'disabled', reason: 'asked', at } };
      case 'enable':
        if (is !== 'disabled' || !(await isSettled(life, endpoint))) return null;
        return { ...changed, status: { is: 'active' } };
      case 'delete':
        return { ...changed, status: { is: 'deleted', at } };
      case 'move':
        return { ...changed, url: this.#nextAddress(endpoint) };
      case 'rotate': {
        const text = `whsec_${this.#deps.chance.whole(1_000, 9_999)}`;
        return { ...changed, secrets: [{ text, createdAt: at, endsAt: null }] };
      }
      default:
        return move satisfies never;
    }
  }

  #nextAddress({ id }: Endpoint): string {
    this.#moveCount += 1;
    const index = this.#deps.places.findIndex((place) => place.endpoint.id === id);
    return addressOf(index, this.#moveCount);
  }

  #anyLife(): Life | null {
    const { nodes, chance } = this.#deps;
    return nodes[chance.whole(0, nodes.length - 1)]?.life ?? null;
  }

  async #try(run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (cause) {
      if (!isStoreTrouble(cause)) this.#deps.broke(cause);
      return false;
    }
  }
}

/** As the API asks before it lets a disabled endpoint go on. */
async function isSettled({ store }: Life, { tenantId, id }: Endpoint): Promise<boolean> {
  const waiting = { tenantId, endpointId: id, state: 'pending' } as const;
  const { rows } = await store.finder.deliveries(waiting, { before: null, limit: 1 });
  return rows.length === 0;
}

function removals({ mirror }: Life, { id }: Endpoint): CatalogueWrite[] {
  return mirror
    .subscriptionsOf(id, limits.tenantDeleteWrites)
    .map((each) => ({ resource: each, expects: each.version, remove: true }));
}

import { calmState, isCalm } from '../core/alert/alert-state.ts';
import type { AlertState } from '../core/alert/alert-state.ts';
import { alertId } from '../core/alert/alert.ts';
import type { Alert } from '../core/alert/alert.ts';
import { tellOnce } from '../core/alert/fold-failure.ts';
import type { EndpointId, Position } from '../core/ids.ts';
import type { AlertSave } from '../store/alert-book.ts';

/** Where alerts stand in this node's memory. */
export type Standing = {
  version: number;
  position: Position;
  readonly states: Map<EndpointId, AlertState>;
};

type About = Pick<AlertState, 'tenantId' | 'endpointId'>;

/** One step of alerts in the making: nothing of it counts before it is saved. */
export class AlertStep {
  readonly #standing: Standing;
  readonly #changed = new Map<EndpointId, AlertState>();
  readonly #alerts: Alert[] = [];

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.#alerts.length === 0;
  }

  /** What is to be told, each once; of an episode that began and ended here, its end alone. */
  get alerts(): Alert[] {
    const byId = new Map(this.#alerts.map((alert) => [alertId(alert), alert]));
    return tellOnce([...byId.values()]);
  }

  stateOf(about: About): AlertState {
    const { endpointId } = about;
    const { states } = this.#standing;
    return this.#changed.get(endpointId) ?? states.get(endpointId) ?? calmState(about);
  }

  /** Every state that is not calm, as this step leaves it so far. */
  states(): AlertState[] {
    const { states } = this.#standing;
    const unchanged = [...states.values()].filter((each) => !this.#changed.has(each.endpointId));
    return [...unchanged, ...this.#changed.values()].filter((each) => !isCalm(each));
  }

  put(state: AlertState, alerts: readonly (Alert | null)[] = []): void {
    const before = this.stateOf(state);
    const isSame = state === before || (isCalm(state) && isCalm(before));
    if (!isSame) this.#changed.set(state.endpointId, state);
    for (const alert of alerts) if (alert !== null) this.#alerts.push(alert);
  }

  /** What the store is asked to save. */
  save(position: Position): AlertSave {
    const changed = [...this.#changed.values()];
    return {
      expects: this.#standing.version,
      position,
      states: changed.filter((state) => !isCalm(state)),
      forget: changed.filter(isCalm).map(({ tenantId, endpointId }) => ({ tenantId, endpointId })),
    };
  }

  /** Makes the standing what it is now that the step is saved. */
  conclude(version: number, position: Position): void {
    this.#standing.version = version;
    this.#standing.position = position;
    for (const state of this.#changed.values()) {
      if (isCalm(state)) this.#standing.states.delete(state.endpointId);
      else this.#standing.states.set(state.endpointId, state);
    }
  }
}

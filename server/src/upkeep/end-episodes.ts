import type { AlertPolicy } from '../core/alert/alert-policy.ts';
import type { AlertState, Episode } from '../core/alert/alert-state.ts';
import { endDeaths } from '../core/alert/fold-death.ts';
import { endEpisode, mayBeOver } from '../core/alert/fold-failure.ts';
import type { Success } from '../core/alert/fold-failure.ts';
import type { EndpointId, Position } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { alertPolicyOf } from '../ingest/alert-reach.ts';
import type { AlertBook } from '../store/alert-book.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { AlertStep } from './alert-step.ts';

/** What a look-up after the last failure found, and how far the log went then. */
type Found = {
  readonly last: Episode['last'];
  readonly success: Success | null;
  readonly position: Position;
};
type Open = { readonly state: AlertState & { readonly episode: Episode }; policy: AlertPolicy };

/**
 * Ends what time alone ends: episodes after which a whole window was calm, and runs of dead
 * letters. Only when all that has happened was read.
 */
export class EndEpisodes {
  readonly #book: Pick<AlertBook, 'successes'>;
  readonly #mirror: CatalogueMirror;
  readonly #found = new Map<EndpointId, Found>();

  constructor({ book, mirror }: { book: Pick<AlertBook, 'successes'>; mirror: CatalogueMirror }) {
    this.#book = book;
    this.#mirror = mirror;
  }

  /** Looks for a success only where something may have happened since it last did. */
  async run(step: AlertStep, { position, now }: { position: Position; now: Instant }) {
    const open: Open[] = [];
    for (const state of step.states()) {
      if (state.deaths !== null) this.#endDeaths(step, state, now);
      this.#sortOut(step, state, { open, now });
    }
    await this.#look(open, position);
    for (const each of open) this.#end(step, each, now);
  }

  #endDeaths(step: AlertStep, state: AlertState, now: Instant): void {
    const ended = endDeaths(state, { at: now, now });
    step.put(ended.state, ended.alerts);
  }

  /** An endpoint that was disabled or deleted cannot recover, so its episode ends untold. */
  #sortOut(step: AlertStep, { endpointId, tenantId }: AlertState, into: Into): void {
    const state = step.stateOf({ endpointId, tenantId });
    const { episode } = state;
    if (episode === null) return;
    const endpoint = this.#mirror.get('endpoint', tenantId, endpointId)?.value;
    const status = endpoint?.status.is;
    if (endpoint === undefined || status === 'disabled' || status === 'deleted') {
      this.#found.delete(endpointId);
      step.put({ ...state, episode: null });
      return;
    }
    const policy = alertPolicyOf(this.#mirror, endpoint);
    if (mayBeOver(state, policy, into.now))
      into.open.push({ state: { ...state, episode }, policy });
  }

  async #look(open: readonly Open[], position: Position): Promise<void> {
    const unknown = open.filter(({ state }) => {
      const found = this.#foundFor(state);
      return found === null || (found.success === null && found.position !== position);
    });
    for (let from = 0; from < unknown.length; from += limits.alertLookUps) {
      const some = unknown.slice(from, from + limits.alertLookUps);
      const successes = await this.#book.successes(some.map(({ state }) => queryOf(state)));
      for (const [index, { state }] of some.entries()) {
        const success = successes[index] ?? null;
        this.#found.set(state.endpointId, { last: state.episode.last, success, position });
      }
    }
  }

  #end(step: AlertStep, { state, policy }: Open, now: Instant): void {
    const success = this.#foundFor(state)?.success ?? null;
    if (success === null) return;
    const ended = endEpisode(state, success, { policy, at: now, now });
    if (ended.state.episode !== null) return;
    this.#found.delete(state.endpointId);
    step.put(ended.state, [ended.alert]);
  }

  /** What was found before a later failure no longer counts. */
  #foundFor({ endpointId, episode }: Open['state']): Found | null {
    const found = this.#found.get(endpointId);
    return found?.last.position === episode.last.position ? found : null;
  }
}

type Into = { readonly open: Open[]; readonly now: Instant };

function queryOf({ tenantId, endpointId, episode }: Open['state']) {
  return { tenantId, endpointId, after: episode.last.position, before: null };
}

import type { AlertState } from '../core/alert/alert-state.ts';
import type { Clock } from '../core/clock.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { alertPolicyOf } from '../ingest/alert-reach.ts';
import type { AlertBook, AlertPage } from '../store/alert-book.ts';
import { AlertStep } from './alert-step.ts';
import type { Standing } from './alert-step.ts';
import { EndEpisodes } from './end-episodes.ts';
import { foldPage } from './fold-page.ts';
import { raiseAlerts } from './raise-alerts.ts';
import type { RaiseDeps } from './raise-alerts.ts';

export type AlertDeps = RaiseDeps & {
  readonly book: AlertBook;
  readonly clock: Pick<Clock, 'now'>;
};

/**
 * Reads on from where alerts stand, raises what follows, then saves how far it came. A crash
 * between the two raises the same events again, which are duplicates; another node that does the
 * same at once raises the same, and one of them is overtaken and starts from what the other saved.
 */
export class AlertRound {
  readonly #deps: AlertDeps;
  #standing: Standing | null = null;
  #ends: EndEpisodes;
  #sweptAt: Instant;

  constructor(deps: AlertDeps) {
    this.#deps = deps;
    this.#ends = new EndEpisodes(deps);
    this.#sweptAt = deps.clock.now();
  }

  /** Finds where to go on; the first time, what happens from now on counts. */
  async begin(): Promise<void> {
    this.#standing ??= await this.#open();
  }

  /** One round: a bounded number of pages. When it rejects, the next one starts from the store. */
  async run(): Promise<void> {
    try {
      for (let pages = 0; pages < limits.alertPages; pages += 1) {
        if (await this.#page()) return;
      }
    } catch (cause) {
      this.#restart();
      throw cause;
    }
  }

  /** Whether that was all for now. */
  async #page(): Promise<boolean> {
    const standing = (this.#standing ??= await this.#open());
    const { book, mirror, clock } = this.#deps;
    const page = await book.read({ after: standing.position, limit: limits.alertRows });
    const step = new AlertStep(standing);
    const now = clock.now();
    if (page.failures.length + page.deaths.length > 0) {
      await mirror.refresh();
      await foldPage(this.#deps, page, { step, now });
    }
    if (page.isLevel) {
      await this.#ends.run(step, { position: page.position, now });
      this.#sweep(step, now);
    }
    if (step.isEmpty) standing.position = page.position;
    else await this.#save(step, page);
    return page.isLevel;
  }

  async #save(step: AlertStep, { position }: AlertPage): Promise<void> {
    await raiseAlerts(this.#deps, step.alerts);
    const saved = await this.#deps.book.save(step.save(position));
    if (saved.is === 'saved') step.conclude(saved.version, position);
    else this.#restart();
  }

  /** The first time, alerts begin at what is newest: what happened before is history. */
  async #open(): Promise<Standing> {
    const { book } = this.#deps;
    const { version, position, states } = await book.standing();
    const known = new Map(states.map((state) => [state.endpointId, state]));
    if (position !== null) return { version, position, states: known };
    const { position: newest } = await book.read({ after: null, limit: 1 });
    const first = { expects: version, position: newest, states: [], forget: [] };
    const saved = await book.save(first);
    if (saved.is === 'overtaken') return this.#open();
    return { version: saved.version, position: newest, states: known };
  }

  /** Now and then, forgets failures that are too old to count. */
  #sweep(step: AlertStep, now: Instant): void {
    if (now - this.#sweptAt < limits.alertSweepMs) return;
    this.#sweptAt = now;
    const stale = step.states().filter((state) => this.#isStale(state, now));
    for (const state of stale.slice(0, limits.alertRows)) step.put({ ...state, failedAt: [] });
  }

  #isStale({ tenantId, endpointId, failedAt }: AlertState, now: Instant): boolean {
    const last = failedAt.at(-1);
    if (last === undefined) return false;
    const endpoint = this.#deps.mirror.get('endpoint', tenantId, endpointId)?.value;
    if (endpoint === undefined) return true;
    return now - last > alertPolicyOf(this.#deps.mirror, endpoint).windowMs;
  }

  #restart(): void {
    this.#standing = null;
    this.#ends = new EndEpisodes(this.#deps);
  }
}

import { AppError } from '../server/src/core/app-error.ts';
import type { Changes } from '../server/src/core/context/changes.ts';
import { changesOf } from '../server/src/core/context/changes-of.ts';
import type { EventId, TenantId } from '../server/src/core/ids.ts';
import type { TaskReport, TaskStart } from '../server/src/ingest/task-report.ts';
import type { PublisherDeps } from './publisher.ts';
import { tenants } from './scene.ts';
import { isStoreTrouble } from './simulated-node.ts';
import type { Life } from './simulated-node.ts';

type Told = { readonly eventId: string | null; readonly deliveryCount: number };
type OpenTask = { readonly id: string; readonly tenantId: TenantId; step: number };

const steps = ['analyzing', 'reasoning', 'generating', 'validating'] as const;
const ends = ['task.completed', 'task.failed', 'task.cancelled'] as const;
const fields = ['a', 'b', 'c'] as const;
const openMost = 3;
const patienceMs = 40_000;
/** What a call may be refused with when calls race each other, or when one was not answered. */
const expected: ReadonlySet<string> = new Set([
  ...['wrong_state', 'not_found', 'conflict', 'already_exists', 'disk_full', 'overloaded'],
]);

const noLinks = { source: null, metadata: null, trace: null, correlationId: null } as const;

/** Reports tasks and changes entities by any node. */
export class ReportPublisher {
  readonly #deps: PublisherDeps;
  readonly #open: OpenTask[] = [];
  #count = 0;
  #isOver = false;
  #underWay = 0;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  /** Whether a call is under way, which may last long. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** From here on nothing new is said. */
  stop(): void {
    this.#isOver = true;
  }

  /** Does one of all that can be done. */
  async act(): Promise<void> {
    const { chance } = this.#deps;
    if (chance.hits(0.4)) return this.#changeEntity();
    const task = this.#open[chance.whole(0, openMost - 1)];
    if (task === undefined) return this.#start();
    if (chance.hits(0.12)) return this.#end(task);
    return this.#progress(task);
  }

  async #start(): Promise<void> {
    this.#count += 1;
    const task = { id: `task-${this.#count}`, tenantId: this.#tenant(), step: 0 };
    this.#open.push(task);
    const start: TaskStart = {
      ...{ ...noLinks, name: null, parentTaskId: null, stallAfterMs: null },
      ...{ callback: null, causationId: null, details: [] },
    };
    await this.#try(async ({ tasks }) => {
      const answer = await tasks.start(refOf(task), start, null);
      return answer.is === 'done' ? answer.done : null;
    });
  }

  /** Some reports one after another, faster than most receivers. */
  async #progress(task: OpenTask): Promise<void> {
    const { chance, time } = this.#deps;
    for (let left = chance.whole(1, 8); left > 0; left -= 1) {
      if (chance.hits(0.15)) task.step = Math.min(task.step + 1, steps.length - 1);
      await this.#report(task, { type: 'task.progress', step: steps[task.step] ?? null });
      await time.wait(chance.whole(0, 300));
    }
  }

  async #end(task: OpenTask): Promise<void> {
    this.#open.splice(this.#open.indexOf(task), 1);
    const type = this.#deps.chance.pick(ends);
    await this.#report(task, { type });
  }

  async #report(
    task: OpenTask,
    parts: Pick<TaskReport, 'type'> & { readonly step?: string | null },
  ): Promise<void> {
    const report = { ...parts, causationId: null, trace: null, details: [] } satisfies TaskReport;
    await this.#try(async ({ tasks }) => {
      const answer = await tasks.report(refOf(task), report, null);
      return answer.is === 'done' && !answer.done.isRepeated ? answer.done : null;
    });
  }

  async #changeEntity(): Promise<void> {
    const { chance, time } = this.#deps;
    const tenantId = this.#tenant();
    const entity = { type: 'contact', id: `c-${chance.whole(1, 2)}` };
    for (let left = chance.whole(1, 4); left > 0; left -= 1) {
      const patch = new Map([[chance.pick(fields), String(chance.whole(0, 2))]]);
      await this.#try(async ({ entities }) => {
        const answer = await entities.change(
          tenantId,
          {
            ...{ ...noLinks, entity, causationId: null, pointer: '' },
            changesIn: (values): Changes => changesOf(values, patch),
            assertVersion: () => undefined,
          },
          null,
        );
        return answer.is === 'changed' ? answer : null;
      });
      await time.wait(chance.whole(0, 700));
    }
  }

  #tenant(): TenantId {
    return this.#deps.chance.hits(0.8) ? tenants[0] : tenants[1];
  }

  async #try(run: (life: Life) => Promise<Told | null>): Promise<void> {
    const { nodes, chance, tell, broke, time } = this.#deps;
    const life = nodes[chance.whole(0, nodes.length - 1)]?.life ?? null;
    if (life === null || this.#isOver) return;
    this.#underWay += 1;
    try {
      // A node that dies answers never.
      const told = await Promise.race([run(life), time.wait(patienceMs).then(() => null)]);
      if (told === null || told.eventId === null) return;
      const { deliveryCount } = told;
      tell(life.id, { is: 'accepted', eventId: told.eventId as EventId, deliveryCount });
    } catch (cause) {
      const isExpected = cause instanceof AppError && expected.has(cause.code);
      if (!isExpected && !isStoreTrouble(cause)) broke(cause);
    } finally {
      this.#underWay -= 1;
    }
  }
}

function refOf({ id, tenantId }: OpenTask) {
  return { tenantId, kind: 'task', id } as const;
}

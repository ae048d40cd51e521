import { limits } from '../core/limits.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { GuardedChanges } from '../ingest/change-guarded.ts';
import { Entities } from '../ingest/entities.ts';
import { KnownRows } from '../ingest/known-rows.ts';
import { createIngest } from '../ingest/accept-event.ts';
import { Bundles } from '../ingest/bundles.ts';
import type { Chains } from '../ingest/chains.ts';
import type { Ingest, PreviewEvent } from '../ingest/new-event.ts';
import { TaskReports } from '../ingest/task-reports.ts';
import { WantedBy } from '../ingest/wanted-by.ts';
import { TaskWaits } from '../live/task-waits.ts';
import { Alerts } from '../upkeep/alerts.ts';
import { Retention } from '../upkeep/retention.ts';
import { StalledTasks } from '../upkeep/stalled-tasks.ts';
import type { Config } from './config.ts';
import type { Base } from './open-base.ts';
import { openReplays } from './open-replays.ts';
import type { OpenedReplays } from './open-replays.ts';

/** The way in, the way out, and the duties beside them. */
export type Engine = {
  readonly ingest: Ingest;
  readonly preview: PreviewEvent;
  readonly chains: Chains;
  readonly dispatcher: Dispatcher;
  readonly tasks: TaskReports;
  readonly bundles: Bundles;
  readonly taskWaits: TaskWaits;
  readonly entities: Entities;
  readonly wanted: WantedBy;
  readonly stalledTasks: StalledTasks;
  readonly replays: OpenedReplays;
  readonly alerts: Alerts;
  readonly retention: Retention;
};

/** Wires the engine; nothing of it runs yet. */
export function composeEngine(
  base: Base,
  { strictTypes, publicUrl }: Pick<Config, 'strictTypes' | 'publicUrl'>,
): Engine {
  const { store, mirror } = base;
  const dispatcher = new Dispatcher(base);
  const wanted = new WantedBy(mirror);
  const accepting = createIngest({
    ...base,
    ...{ wanted, strictTypes, queue: store.queue, finder: store.finder },
    committed: (event, heads, overtaken) => {
      dispatcher.committed(event, heads, overtaken);
      base.feed.committed();
    },
    relief: (eventCount) => dispatcher.relief(eventCount),
  });
  const ingest = base.tracing.ingest(accepting);
  const taskWaits = new TaskWaits({ ...base, finder: store.finder });
  const isAlone = !store.capabilities.isShared;
  const tasks = new TaskReports({
    ...{ ...base, ingest, finder: store.finder, isAlone },
    changed: (task) => taskWaits.changed(task),
  });
  const known = new KnownRows({ rows: limits.entitiesKnown, bytes: limits.entitiesKnownBytes });
  return {
    ...{
      ingest,
      dispatcher,
      preview: accepting.preview,
      chains: accepting.chains,
      tasks,
      taskWaits,
      wanted,
    },
    entities: new Entities(
      new GuardedChanges({ ...base, ingest, finder: store.finder, known, isAlone }),
    ),
    bundles: new Bundles({ ...base, publicUrl, ingest, finder: store.finder }),
    stalledTasks: new StalledTasks({ ...base, finder: store.finder, tasks }),
    replays: openReplays({ ...base, wanted }, (made) => dispatcher.replayed(made)),
    alerts: new Alerts({ ...base, book: store.alerts, log: store.log, ingest }),
    retention: new Retention({ ...base, retentionMs: limits.retentionMs }),
  };
}

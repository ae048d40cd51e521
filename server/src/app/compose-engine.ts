import { limits } from '../core/limits.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { createIngest } from '../ingest/accept-event.ts';
import type { Ingest, PreviewEvent } from '../ingest/new-event.ts';
import { WantedBy } from '../ingest/wanted-by.ts';
import { Alerts } from '../upkeep/alerts.ts';
import { Retention } from '../upkeep/retention.ts';
import type { Base } from './open-base.ts';
import { openReplays } from './open-replays.ts';
import type { OpenedReplays } from './open-replays.ts';

/** The way in, the way out, and the duties beside them. */
export type Engine = {
  readonly ingest: Ingest;
  readonly preview: PreviewEvent;
  readonly dispatcher: Dispatcher;
  readonly replays: OpenedReplays;
  readonly alerts: Alerts;
  readonly retention: Retention;
};

/** Wires the engine; nothing of it runs yet. */
export function composeEngine(base: Base, { strictTypes }: { strictTypes: boolean }): Engine {
  const { store, mirror } = base;
  const dispatcher = new Dispatcher(base);
  const wanted = new WantedBy(mirror);
  const accepting = createIngest({
    ...base,
    ...{ wanted, strictTypes, queue: store.queue, finder: store.finder },
    committed: (event, heads) => dispatcher.committed(event, heads),
    relief: (eventCount) => dispatcher.relief(eventCount),
  });
  const ingest = base.tracing.ingest(accepting);
  return {
    ...{ ingest, dispatcher, preview: accepting.preview },
    replays: openReplays({ ...base, wanted }, (made) => dispatcher.replayed(made)),
    alerts: new Alerts({ ...base, book: store.alerts, log: store.log, ingest }),
    retention: new Retention({ ...base, retentionMs: limits.retentionMs }),
  };
}

import { createApi } from '../api/create-api.ts';
import type { Readiness } from '../api/deps.ts';
import { judgeUrl } from '../core/address/judge-url.ts';
import { createIdMaker } from '../core/make-id.ts';
import type { NodeId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { createIngest } from '../ingest/accept-event.ts';
import { DeliveryWaits } from '../live/delivery-waits.ts';
import { WantedBy } from '../ingest/wanted-by.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Store } from '../store/store.ts';
import { Alerts } from '../upkeep/alerts.ts';
import { Retention } from '../upkeep/retention.ts';
import { addressPolicy } from './address-policy.ts';
import { closeApi } from './close-api.ts';
import { composePreview } from './compose-preview.ts';
import type { Config } from './config.ts';
import { isLoopback } from './config.ts';
import { forgetAddress, prepareDataDir } from './data-dir.ts';
import { makeFirstKeys } from './first-keys.ts';
import type { OperatorKey } from './first-keys.ts';
import { listen } from './listen.ts';
import { openReplays } from './open-replays.ts';
import { openStore } from './open-store.ts';
import { systemChance } from './system-chance.ts';
import { systemClock } from './system-clock.ts';
import { systemTimers } from './system-timers.ts';
import { makeLoopCells, measureLoop, readLoops } from './threads/measure-loop.ts';
import { startTracing } from './start-tracing.ts';
import { SenderClient } from './threads/sender-client.ts';
import { startTelemetry } from './start-telemetry.ts';
import type { LogLevel } from '../telemetry/create-log.ts';

/** A server that listens. */
export type Running = {
  readonly url: string;
  readonly operatorKey: OperatorKey;
  readonly isDev: boolean;
  /** Resolves with the cause when the store has failed for good; the process must end then. */
  readonly failed: Promise<Error>;
  /** Drains: no new requests, what is in flight ends or is cut, everything is recorded. */
  stop(): Promise<void>;
};

export type StartOptions = {
  readonly version: string;
  /** How long attempts in flight may go on after `stop`; `limits.drainMs` when not given. */
  readonly drainMs?: number;
  /** The least that is logged; the configuration's when not given. */
  readonly level?: LogLevel;
};

type State = { is: 'starting' | 'serving' | 'shutting_down' };

const clock = systemClock();
const timers = systemTimers;
const chance = systemChance;

/** Wires everything and listens; whatever was opened is closed again when a later step fails. */
export async function startPosthorn(
  config: Config,
  { version, drainMs = limits.drainMs, level = config.logLevel }: StartOptions,
): Promise<Running> {
  await prepareDataDir(config.dataDir);
  await using opened = new AsyncDisposableStack();
  const tracing = opened.use(await startTracing(config.telemetry, version));
  const failed = Promise.withResolvers<Error>();
  const loops = makeLoopCells();
  opened.use(measureLoop(loops, 'main'));
  const store = opened.use(await openStore(config, { onFailed: failed.resolve, loops }));
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();

  const ids = createIdMaker({ clock, chance });
  const operatorKey = await makeFirstKeys({ mirror, ids, clock, chance }, config);
  const { hasAccessLog } = config;
  const telemetry = startTelemetry({
    ...{ store, clock, version, level, hasAccessLog, spans: tracing.emit },
    dispatch: () => dispatcher.counts(),
    loops: () => readLoops(loops),
  });
  const sender = opened.use(
    new SenderClient(
      { ...addressPolicy(config), userAgent: `posthorn/${version}`, loops },
      { clock, timers, emit: telemetry.emit },
    ),
  );
  const waits = new DeliveryWaits({ finder: store.finder, timers });
  const emit: Emit = (signal) => {
    telemetry.emit(signal);
    if (signal.signal === 'delivery_ended') waits.ended(signal.eventId);
  };
  const node = `node_${ids.make('request').slice(4)}` as NodeId;
  const engine = { store, mirror, clock, timers, chance, ids, emit, node };
  const dispatcher = new Dispatcher({ ...engine, destination: tracing.destination(sender) });
  const retention = new Retention({
    store,
    mirror,
    clock,
    timers,
    emit,
    retentionMs: limits.retentionMs,
  });
  const wanted = new WantedBy(mirror);
  const replays = openReplays({ ...engine, wanted }, (made) => dispatcher.replayed(made));
  const accepting = createIngest({
    ...{ wanted, mirror, ids, clock, chance, emit, queue: store.queue, finder: store.finder },
    strictTypes: config.strictTypes,
    committed: (event, heads) => dispatcher.committed(event, heads),
    relief: (eventCount) => dispatcher.relief(eventCount),
  });
  const ingest = tracing.ingest(accepting);
  const { alerts: book, log } = store;
  const alerts = new Alerts({ book, log, ingest, mirror, clock, timers, emit });
  const state: State = { is: 'starting' };
  const api = await createApi({
    ...{ mirror, store, clock, chance, ids, version, waits },
    ingest,
    preview: accepting.preview,
    metrics: telemetry.metrics,
    answered: (answered) => emit({ signal: 'request_ended', ...answered }),
    failed: (failure) => emit({ signal: 'request_failed', ...failure }),
    isMetricsOpen: isLoopback(config.host),
    addressCheck: (target) => judgeUrl(target, addressPolicy(config)),
    compose: (what) =>
      composePreview(what, {
        ...{ clock, policy: addressPolicy(config), userAgent: `posthorn/${version}` },
      }),
    changed: (deliveryId, answer) => dispatcher.changed(deliveryId, answer),
    lookForReplays: replays.look,
    replaysChanged: () => replays.runs.wake(),
    testEndpoint: (test) => dispatcher.test(test),
    circuit: (endpointId) => dispatcher.circuit(endpointId),
    readiness: () => readiness(store, state.is),
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
  });
  opened.defer(() => retention.stop());
  opened.defer(() => dispatcher.drain({ waitMs: drainMs }));
  opened.defer(() => alerts.stop());
  opened.defer(() => replays.runs.stop());
  opened.defer(() => closeApi(api));
  await alerts.begin();
  // Before anything is sent: a server that cannot listen must do nothing at all.
  const url = await listen(api, config);
  await dispatcher.start();
  retention.start();
  replays.runs.start();
  alerts.start();
  state.is = 'serving';
  const closing = opened.move();
  return { url, operatorKey, isDev: config.isDev, failed: failed.promise, stop };

  async function stop(): Promise<void> {
    state.is = 'shutting_down';
    await closing.disposeAsync();
    await forgetAddress(config.dataDir);
  }
}

function readiness(store: Store, state: State['is']): Readiness {
  const { accepts } = store.condition();
  const reasons = [
    ...(state === 'serving' ? [] : [state]),
    ...(accepts === 'yes' ? [] : [accepts]),
  ];
  return { isReady: reasons.length === 0, reasons };
}

import { createApi } from '../api/create-api.ts';
import type { Readiness } from '../api/deps.ts';
import { limits } from '../core/limits.ts';
import type { Store } from '../store/store.ts';
import type { LogLevel } from '../telemetry/create-log.ts';
import { closeApi } from './close-api.ts';
import { composeApi } from './compose-api.ts';
import { composeEngine } from './compose-engine.ts';
import { composeMcp } from './compose-mcp.ts';
import type { Engine } from './compose-engine.ts';
import type { Config } from './config.ts';
import { forgetAddress, prepareDataDir } from './data-dir.ts';
import type { OperatorKey } from './first-keys.ts';
import { listen } from './listen.ts';
import { openBase } from './open-base.ts';

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

/** Wires everything and listens; whatever was opened is closed again when a later step fails. */
export async function startPosthorn(
  config: Config,
  { version, drainMs = limits.drainMs, level = config.logLevel }: StartOptions,
): Promise<Running> {
  await prepareDataDir(config.dataDir);
  await using opened = new AsyncDisposableStack();
  const failed = Promise.withResolvers<Error>();
  const base = await openBase(opened, config, {
    ...{ version, level, onFailed: failed.resolve },
    dispatch: () => engine.dispatcher.counts(),
  });
  const engine = composeEngine(base, config);
  const state: State = { is: 'starting' };
  const readiness = (): Readiness => readinessOf(base.store, state.is);
  const parts = composeApi(base, engine, { config, readiness });
  const api = await createApi(parts, composeMcp(base, parts));
  deferStops(opened, engine, drainMs);
  opened.defer(() => closeApi(api));
  await engine.alerts.begin();
  // Before anything is sent: a server that cannot listen must do nothing at all.
  const url = await listen(api, config);
  base.claims.listensAt(url);
  await begin(engine);
  state.is = 'serving';
  const closing = opened.move();
  const stop = async (): Promise<void> => {
    state.is = 'shutting_down';
    await closing.disposeAsync();
    await forgetAddress(config.dataDir);
  };
  const { operatorKey } = base;
  return { url, operatorKey, isDev: config.isDev, failed: failed.promise, stop };
}

/** What is deferred last stops first. */
function deferStops(
  opened: AsyncDisposableStack,
  { retention, dispatcher, chains, alerts, replays, stalledTasks }: Engine,
  drainMs: number,
): void {
  opened.defer(() => retention.stop());
  opened.defer(() => chains.settled());
  opened.defer(() => dispatcher.drain({ waitMs: drainMs }));
  opened.defer(() => alerts.stop());
  opened.defer(() => stalledTasks.stop());
  opened.defer(() => replays.runs.stop());
}

async function begin({
  dispatcher,
  retention,
  replays,
  alerts,
  stalledTasks,
}: Engine): Promise<void> {
  await dispatcher.start();
  retention.start();
  replays.runs.start();
  alerts.start();
  stalledTasks.start();
}

function readinessOf(store: Store, state: State['is']): Readiness {
  const { accepts } = store.condition();
  const reasons = [
    ...(state === 'serving' ? [] : [state]),
    ...(accepts === 'yes' ? [] : [accepts]),
  ];
  return { isReady: reasons.length === 0, reasons };
}

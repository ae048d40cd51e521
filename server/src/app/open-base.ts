import { ClaimLinks } from '../core/claim/claim-links.ts';
import { Confirmations } from '../core/confirmations.ts';
import { AckTokens } from '../core/ack/ack-tokens.ts';
import type { Chance, Clock, Timers } from '../core/clock.ts';
import type { NodeId } from '../core/ids.ts';
import { createIdMaker } from '../core/make-id.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { Seal } from '../core/seal.ts';
import type { Emit } from '../core/signal.ts';
import { StreamTokens } from '../core/stream-tokens.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { DeliveryWaits } from '../live/delivery-waits.ts';
import { EventFeed } from '../live/event-feed.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Store } from '../store/store.ts';
import type { LogLevel } from '../telemetry/create-log.ts';
import { addressPolicy } from './address-policy.ts';
import type { Config } from './config.ts';
import { createSeal } from './create-seal.ts';
import { masterKeyOf } from './data-dir.ts';
import { makeFirstKeys } from './first-keys.ts';
import type { OperatorKey } from './first-keys.ts';
import { openStore } from './open-store.ts';
import { startTelemetry } from './start-telemetry.ts';
import type { Telemetry } from './start-telemetry.ts';
import { startTracing } from './start-tracing.ts';
import type { TracedParts } from './start-tracing.ts';
import { systemChance } from './system-chance.ts';
import { systemClock } from './system-clock.ts';
import { systemTimers } from './system-timers.ts';
import { makeLoopCells, measureLoop, readLoops } from './threads/measure-loop.ts';
import { SenderClient } from './threads/sender-client.ts';

/** What the engine stands on: store, threads, telemetry, clock. */
export type Base = {
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly ids: IdMaker;
  readonly emit: Emit;
  readonly node: NodeId;
  readonly version: string;
  readonly operatorKey: OperatorKey;
  readonly telemetry: Telemetry;
  readonly tracing: TracedParts;
  readonly waits: DeliveryWaits;
  readonly claims: ClaimLinks;
  readonly feed: EventFeed;
  readonly streamTokens: StreamTokens;
  readonly ackTokens: AckTokens;
  readonly confirmations: Confirmations;
  readonly seal: Seal;
  readonly destination: Destination;
};

/** What is wired around the base. */
export type BaseOptions = {
  readonly version: string;
  readonly level: LogLevel;
  readonly onFailed: (cause: Error) => void;
  /** How the dispatcher stands, asked for once it is there. */
  readonly dispatch: () => ReturnType<Dispatcher['counts']>;
};

const clock = systemClock();
const timers = systemTimers;
const chance = systemChance;

/** Opens the store and the threads; `opened` closes them in the other order. */
export async function openBase(
  opened: AsyncDisposableStack,
  config: Config,
  { version, level, onFailed, dispatch }: BaseOptions,
): Promise<Base> {
  const tracing = opened.use(await startTracing(config.telemetry, version));
  const loops = makeLoopCells();
  opened.use(measureLoop(loops, 'main'));
  const store = opened.use(await openStore(config, { onFailed, loops }));
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();
  const ids = createIdMaker({ clock, chance });
  const operatorKey = await makeFirstKeys({ mirror, ids, clock, chance }, config);
  const masterKey = await masterKeyOf(config);
  const { hasAccessLog } = config;
  const telemetry = startTelemetry({
    ...{ store, clock, version, level, hasAccessLog, dispatch, spans: tracing.emit },
    loops: () => readLoops(loops),
    streams: () => feed.count,
  });
  const feed = new EventFeed({ finder: store.finder, timers, emit: telemetry.emit });
  const waits = new DeliveryWaits({ finder: store.finder, timers });
  const sending = { ...addressPolicy(config), userAgent: `posthorn/${version}`, loops };
  const sender = opened.use(new SenderClient(sending, { clock, timers, emit: telemetry.emit }));
  return {
    ...{
      store,
      mirror,
      clock,
      timers,
      chance,
      ids,
      version,
      operatorKey,
      telemetry,
      tracing,
      waits,
      seal: createSeal(masterKey, chance),
      claims: new ClaimLinks(masterKey, config.publicUrl),
      feed,
      streamTokens: new StreamTokens(masterKey),
      ackTokens: new AckTokens(masterKey),
      confirmations: new Confirmations(masterKey),
    },
    emit: (signal) => {
      telemetry.emit(signal);
      if (signal.signal === 'delivery_ended') waits.ended(signal.eventId);
    },
    node: `node_${ids.make('request').slice(4)}` as NodeId,
    destination: tracing.destination(sender),
  };
}

import { createHash } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { composePreview } from '../../app/compose-preview.ts';
import { createSeal } from '../../app/create-seal.ts';
import { publicOnly } from '../../core/address/address-policy.ts';
import { AppError } from '../../core/app-error.ts';
import { ClaimLinks } from '../../core/claim/claim-links.ts';
import type { StoredEvent } from '../../core/event.ts';
import { judgeUrl } from '../../core/address/judge-url.ts';
import { AckTokens } from '../../core/ack/ack-tokens.ts';
import type { Chance, Clock, Timers } from '../../core/clock.ts';
import type { TenantId } from '../../core/ids.ts';
import { instant, later } from '../../core/instant.ts';
import type { Instant } from '../../core/instant.ts';
import { createIdMaker } from '../../core/make-id.ts';
import { StreamTokens } from '../../core/stream-tokens.ts';
import type { Scope } from '../../core/tenant.ts';
import { lookForReplays } from '../../ingest/look-for-replays.ts';
import type { ReplayScope } from '../../ingest/look-for-replays.ts';
import { WantedBy } from '../../ingest/wanted-by.ts';
import { GuardedChanges } from '../../ingest/change-guarded.ts';
import { Entities } from '../../ingest/entities.ts';
import { KnownRows } from '../../ingest/known-rows.ts';
import { createIngest } from '../../ingest/accept-event.ts';
import { Bundles } from '../../ingest/bundles.ts';
import { TaskReports } from '../../ingest/task-reports.ts';
import { DeliveryWaits } from '../../live/delivery-waits.ts';
import { EventFeed } from '../../live/event-feed.ts';
import { TaskWaits } from '../../live/task-waits.ts';
import { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { ChangeAnswer } from '../../store/queue.ts';
import { catalogueWrite, keyResource } from '../../store/contract/sample.ts';
import { openSqliteInline } from '../../store/sqlite/sqlite-inline.ts';
import type { Store } from '../../store/store.ts';
import { createApi } from '../create-api.ts';
import type { ApiDeps } from '../deps.ts';

/** A key of the operator that may do all. */
export const operatorKey = 'ph_operator-0123456789-0123456789-abc';

/** What a test may look at and turn. */
export type OpenedApi = AsyncDisposable & {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly mirror: CatalogueMirror;
  /** Whatever the dispatcher was told after a retry or cancel. */
  readonly changes: ChangeAnswer[];
  readonly failures: unknown[];
  readonly ids: ApiDeps['ids'];
  readonly waits: DeliveryWaits;
  readonly tasks: TaskReports;
  readonly taskWaits: TaskWaits;
  readonly claims: ClaimLinks;
  readonly feed: EventFeed;
  now(): Instant;
  /** Lets time go on, and whatever was to be called back by then. */
  wait(ms: number): void;
  setReady(isReady: boolean): void;
  /** Answers when what is looked at behind requests has been. */
  settled(): Promise<void>;
  /** Sends a request with a key, the operator's when none is given. */
  call(request: Request): Promise<LightMyRequestResponse>;
  /** Makes a key. */
  grant(grant: Grant): Promise<string>;
};

type Grant = { tenantId: string | null; scopes: Scope[]; text: string; expiresAt?: Instant | null };

type Request = {
  method?: InjectOptions['method'];
  url: string;
  key?: string | null;
  tenant?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
};

/** Opens the real API over a real store, at a fixed instant, with random bytes that repeat. */
export async function openApi(
  parts: Partial<ApiDeps> = {},
  door: { strictTypes?: boolean } = {},
): Promise<OpenedApi> {
  let at = instant(1_750_000_000_000);
  let isReady = true;
  const timers = new TestTimers(() => at);
  const clock: Clock = { now: () => at, monotonicMs: () => at, wallSeconds: () => at / 1_000 };
  const chance = countingChance();
  const ids = createIdMaker({ clock, chance });
  const masterKey = chance.bytes(32);
  const store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();
  const changes: ChangeAnswer[] = [];
  const failures: unknown[] = [];
  const waits = new DeliveryWaits({ finder: store.finder, timers });
  const taskWaits = new TaskWaits({ finder: store.finder, timers });
  const seal = createSeal(masterKey, chance);
  const claims = new ClaimLinks(masterKey, 'https://posthorn.example.com');
  const feed = new EventFeed({ finder: store.finder, timers, emit: () => undefined });
  const committed = (): void => feed.committed();
  const engine = calm({ store, mirror, clock, chance, ids }, { ...door, committed });
  const tasks = new TaskReports({
    ...{ ...engine, seal, finder: store.finder, isAlone: true },
    changed: (task) => taskWaits.changed(task),
  });
  const known = new KnownRows({ rows: 100, bytes: 1_000_000 });
  const entities = new Entities(new GuardedChanges({ ...engine, finder: store.finder, known }));
  const app = await createApi({
    ...{ ...engine, waits, tasks, taskWaits, entities, claims },
    changed: (_deliveryId, answer) => void changes.push(answer),
    ackTokens: new AckTokens(masterKey),
    ...{ feed, streamTokens: new StreamTokens(masterKey), corsOrigins: [] },
    reported: () => undefined,
    readiness: () => ({ isReady, reasons: isReady ? [] : ['draining'] }),
    failed: ({ cause }) => void failures.push(cause),
    ...parts,
  });
  await grant(mirror, { tenantId: null, scopes: ['admin'], text: operatorKey });
  return {
    app,
    store,
    mirror,
    changes,
    failures,
    ids,
    waits,
    tasks,
    taskWaits,
    claims,
    feed,
    grant: (granted) => grant(mirror, granted),
    now: () => at,
    wait: (ms) => {
      at = later(at, ms);
      timers.fire();
    },
    setReady: (is) => void (isReady = is),
    settled: () => engine.chains.settled(),
    // What inject answers sends nothing before it is awaited.
    call: async (request) => await app.inject(injected(request)),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Timers that are due when a test says that time has gone on. */
class TestTimers implements Timers {
  readonly #now: () => number;
  readonly #armed = new Set<{ atMs: number; run: () => void }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { atMs: this.#now() + delayMs, run };
    this.#armed.add(timer);
    return { cancel: () => void this.#armed.delete(timer) };
  }

  fire(): void {
    for (const timer of this.#armed) {
      if (timer.atMs > this.#now()) continue;
      this.#armed.delete(timer);
      timer.run();
    }
  }
}

/** What stays the same in every test that does not care. */
function calm(
  engine: Pick<ApiDeps, 'store' | 'mirror' | 'clock' | 'chance' | 'ids'>,
  door: { strictTypes?: boolean; committed: () => void },
) {
  const { queue, finder, replays } = engine.store;
  const wanted = new WantedBy(engine.mirror);
  const emit = (): void => undefined;
  const around = { ...door, queue, finder, emit, relief: () => null };
  const ingest = createIngest({ ...engine, ...around });
  return {
    ...engine,
    ...{ ingest, wanted },
    ...{ preview: ingest.preview, chains: ingest.chains },
    // Nothing is merged without a dispatcher.
    mergeEvent: (event: StoredEvent) => Promise.resolve(event),
    bundles: new Bundles({ ...engine, ingest, finder, publicUrl: null }),
    addressCheck: (url: string) => judgeUrl(url, { allow: [], allowLoopback: false }),
    compose: (what: Parameters<ApiDeps['compose']>[0]) =>
      composePreview(what, { clock: engine.clock, policy: publicOnly, userAgent: 'posthorn/test' }),
    testEndpoint: () => Promise.reject(new AppError('lease_lost')),
    circuit: () => 'closed' as const,
    lookForReplays: (search: ReplayScope) => lookForReplays({ ...engine, replays, wanted }, search),
    replaysChanged: emit,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'posthorn_build 1\n' }),
    answered: emit,
    isMetricsOpen: false,
    publicUrl: null,
    trustProxy: false,
    version: '0.0.0-test',
  };
}

async function grant(
  mirror: CatalogueMirror,
  { tenantId, scopes, text, expiresAt = null }: Grant,
): Promise<string> {
  const owner = tenantId as TenantId | null;
  const digest = createHash('sha256').update(text).digest('hex');
  const resource = keyResource({ tenantId: owner, scopes, digest, expiresAt });
  const writes = [catalogueWrite(resource)];
  await mirror.change({ tenantId: owner, idempotency: null, writes });
  return text;
}

function injected({
  method,
  url,
  key = operatorKey,
  tenant,
  headers,
  body,
  raw,
}: Request): InjectOptions {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    url,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(tenant === undefined ? {} : { 'posthorn-tenant': tenant }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  };
}

/** Bytes that differ from call to call and are the same in every run. */
function countingChance(): Chance {
  let count = 0;
  return {
    sample: () => 0.5,
    bytes: (length) => {
      count += 1;
      return createHash('shake256', { outputLength: length }).update(`${count}`).digest();
    },
  };
}

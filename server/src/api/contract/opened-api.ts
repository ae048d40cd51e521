import { createHash } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { judgeUrl } from '../../core/address/judge-url.ts';
import type { Chance, Clock } from '../../core/clock.ts';
import type { TenantId } from '../../core/ids.ts';
import { instant, later } from '../../core/instant.ts';
import type { Instant } from '../../core/instant.ts';
import { createIdMaker } from '../../core/make-id.ts';
import type { Scope } from '../../core/tenant.ts';
import { createIngest } from '../../ingest/accept-event.ts';
import { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { ChangeAnswer } from '../../store/queue.ts';
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
  now(): Instant;
  wait(ms: number): void;
  setReady(isReady: boolean): void;
  /** Sends a request with a key, the operator's when none is given. */
  call(request: Request): Promise<LightMyRequestResponse>;
  /** Makes a key. */
  grant(grant: {
    tenantId: string | null;
    scopes: Scope[];
    text: string;
    expiresAt?: Instant;
  }): Promise<string>;
};

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
export async function openApi(parts: Partial<ApiDeps> = {}): Promise<OpenedApi> {
  let at = instant(1_750_000_000_000);
  let isReady = true;
  const clock: Clock = { now: () => at, monotonicMs: () => at, wallSeconds: () => at / 1_000 };
  const chance = countingChance();
  const ids = createIdMaker({ clock, chance });
  const masterKey = chance.bytes(32);
  const store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();
  const changes: ChangeAnswer[] = [];
  const failures: unknown[] = [];
  const { queue, finder } = store;
  const emit = (): void => undefined;
  const committed = (): void => undefined;
  const app = await createApi({
    ingest: createIngest({ queue, finder, mirror, ids, clock, emit, committed }),
    mirror,
    store,
    clock,
    chance,
    ids,
    addressCheck: (url) => judgeUrl(url, { allow: [], allowLoopback: false }),
    changed: (_, answer) => void changes.push(answer),
    circuit: () => 'closed',
    readiness: () => ({ isReady, reasons: isReady ? [] : ['draining'] }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'posthorn_build 1\n' }),
    isMetricsOpen: false,
    failed: ({ cause }) => void failures.push(cause),
    publicUrl: null,
    trustProxy: false,
    version: '0.0.0-test',
    ...parts,
  });
  const grant: OpenedApi['grant'] = async ({ tenantId, scopes, text, expiresAt = null }) => {
    await mirror.change({
      tenantId: tenantId as TenantId | null,
      idempotency: null,
      writes: [
        {
          resource: keyOf(tenantId, text, { scopes, expiresAt, at }),
          expects: null,
          remove: false,
        },
      ],
    });
    return text;

    function keyOf(
      owner: string | null,
      keyText: string,
      more: { scopes: Scope[]; expiresAt: Instant | null; at: Instant },
    ) {
      return {
        kind: 'key',
        value: {
          id: ids.make('key'),
          tenantId: owner as TenantId | null,
          name: 'test',
          digest: createHash('sha256').update(keyText).digest('hex'),
          hint: keyText.slice(-4),
          scopes: more.scopes,
          expiresAt: more.expiresAt,
          createdAt: more.at,
          updatedAt: more.at,
        },
      } as const;
    }
  };
  await grant({ tenantId: null, scopes: ['admin'], text: operatorKey });
  return {
    app,
    store,
    mirror,
    changes,
    failures,
    ids,
    grant,
    now: () => at,
    wait: (ms) => void (at = later(at, ms)),
    setReady: (is) => void (isReady = is),
    // What inject answers sends nothing before it is awaited.
    call: async (request) => await app.inject(injected(request)),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await store[Symbol.asyncDispose]();
    },
  };
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

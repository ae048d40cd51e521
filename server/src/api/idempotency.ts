import { createHash } from 'node:crypto';
import { AppError } from '../core/app-error.ts';
import type { TenantId } from '../core/ids.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { IdempotencyRow } from '../store/idempotency.ts';
import { cloudEventMode } from './cloudevents/cloud-event-mode.ts';
import type { ApiDeps } from './deps.ts';
import type { Answer, Call } from './route.ts';

type Claimed = { tenantId: TenantId; method: string; path: string; key: string };

/** Gives a repeated request its first answer, so that it has no second effect. */
export class Idempotency {
  readonly #deps: Pick<ApiDeps, 'store' | 'clock'>;
  readonly #running = new Set<string>();

  constructor(deps: Pick<ApiDeps, 'store' | 'clock'>) {
    this.#deps = deps;
  }

  /** Answers as before when the key is known, else with what `handle` answers. */
  async once(
    call: Call,
    { key, isTenantless }: { key: string; isTenantless: boolean },
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> {
    const { method, path, access } = call;
    const tenantId = isTenantless ? callerOf(call) : access.tenant;
    const claimed = { tenantId, method, path, key };
    const name = JSON.stringify(claimed);
    if (this.#running.has(name)) {
      throw new AppError('idempotency_running');
    }
    this.#running.add(name);
    try {
      return await this.#first(call, { ...claimed, digest: digestOf(call) }, handle);
    } finally {
      this.#running.delete(name);
    }
  }

  async #first(
    call: Call,
    { digest, ...claimed }: Claimed & { digest: string },
    handle: (call: Call) => Promise<Answer>,
  ): Promise<Answer> {
    const now = this.#deps.clock.now();
    const known = await this.#deps.store.finder.idempotency({ ...claimed, now });
    if (known !== null) return replayOf(known, digest);
    const expiresAt = later(now, limits.idempotencyMs);
    const row = (status: number, text: string): IdempotencyRow => ({
      ...claimed,
      bodyDigest: digest,
      status,
      body: Buffer.from(text),
      expiresAt,
    });
    return await handle({ ...call, idempotency: { row } });
  }
}

/** No tenant has this id: it stands for an operator who names none. */
const noTenant = '*' as TenantId;

/** Whose answers are kept apart on a route that needs no tenant. */
function callerOf({ access, headers }: Call): TenantId {
  const named = headers['posthorn-tenant'] as TenantId | undefined;
  return access.key?.tenantId ?? named ?? noTenant;
}

/** The answer that a row keeps; throws when the row is about another body. */
export function replayOf(row: IdempotencyRow, digest = row.bodyDigest): Answer {
  if (row.bodyDigest !== digest) throw new AppError('idempotency_conflict');
  const text = Buffer.from(row.body).toString('utf8');
  return { status: row.status, text, headers: { 'idempotency-replayed': 'true' } };
}

/** Reads an `Idempotency-Key`, bare or quoted; throws when it is empty or too long. */
export function idempotencyKey(header: string | string[]): string {
  const text = Array.isArray(header) ? '' : header.trim();
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1');
  const key = quoted ?? text;
  if (key === '' || key.length > limits.idempotencyKeyChars) {
    throw new AppError('invalid_idempotency_key');
  }
  return key;
}

/** Of the body, and of the headers that are a part of what is sent in a binary CloudEvent. */
function digestOf({ raw, headers }: Call): string {
  const hash = createHash('sha256');
  if (cloudEventMode(headers) === 'binary') {
    const names = Object.keys(headers).filter((name) => name.startsWith('ce-'));
    const named = ['content-type', ...names.sort()].map((name) => [name, headers[name]]);
    hash.update(JSON.stringify(named));
  }
  return hash.update(raw).digest('hex');
}

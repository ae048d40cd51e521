import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../core/app-error.ts';
import type { Clock } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { AccessKey, Scope } from '../core/tenant.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Access } from './access.ts';
import { instantText } from './instant-text.ts';

/** What a route asks of its callers. */
export type AccessRule = {
  /** Null lets anyone in. */
  readonly scope: Scope | null;
  /** Only the operator's keys. */
  readonly isOperators: boolean;
};

const defaultTenant = 'default' as TenantId;
const anyone: Access = { key: null, tenant: defaultTenant, reach: null };
const keyPattern = /^bearer +(ph_[!-~]{1,256}) *$/i;

/** Lets requests in by their access key. */
export class Gate {
  readonly #mirror: CatalogueMirror;
  readonly #clock: Clock;
  /** Digests cost, so keys are kept by their `Authorization` header until anything changes. */
  readonly #known = new Map<string, AccessKey>();
  #hasOneTenant: boolean | null = null;

  constructor(mirror: CatalogueMirror, clock: Clock) {
    this.#mirror = mirror;
    this.#clock = clock;
    mirror.listen(() => this.#forget());
  }

  /** Answers who calls; throws `unauthorized`, `forbidden` or, for a foreign tenant, not found. */
  admit(headers: IncomingHttpHeaders, rule: AccessRule): Access {
    if (rule.scope === null) return anyone;
    const key = this.#keyOf(headers.authorization);
    if (!allows(key, rule)) throw new AppError('forbidden');
    const named = headers['posthorn-tenant'];
    if (Array.isArray(named)) throw new AppError('invalid_request', 'Name one tenant.');
    if (key.tenantId === null) return new OperatorAccess(key, named, this);
    if (named !== undefined && named !== key.tenantId) throw new AppError('unknown_tenant');
    return { key, tenant: key.tenantId, reach: key.tenantId };
  }

  /** The tenant an operator means by the `Posthorn-Tenant` header, or by leaving it out. */
  tenantNamed(named: string | undefined): TenantId {
    if (named === undefined) {
      if (this.#isOneTenant()) return defaultTenant;
      throw new AppError('tenant_required');
    }
    if (named === '*') throw new AppError('tenant_required', 'Name one tenant, not all of them.');
    if (named === defaultTenant) return defaultTenant;
    const tenant = this.#mirror.get('tenant', null, named);
    if (tenant === null) throw new AppError('unknown_tenant');
    return tenant.value.id;
  }

  #keyOf(authorization: string | undefined): AccessKey {
    if (authorization === undefined) throw new AppError('unauthorized');
    const key = this.#known.get(authorization) ?? this.#lookUp(authorization);
    if (key.expiresAt !== null && key.expiresAt <= this.#clock.now()) {
      const expiredAt = instantText(key.expiresAt);
      throw new AppError('unauthorized', `This access key expired at ${expiredAt}.`);
    }
    return key;
  }

  #lookUp(authorization: string): AccessKey {
    const text = keyPattern.exec(authorization)?.[1];
    if (text === undefined) throw new AppError('unauthorized');
    const digest = createHash('sha256').update(text).digest('hex');
    const found = this.#mirror.keyByDigest(digest);
    if (found === null) throw new AppError('unauthorized');
    if (this.#known.size >= limits.keysRemembered) this.#known.clear();
    this.#known.set(authorization, found.value);
    return found.value;
  }

  #isOneTenant(): boolean {
    this.#hasOneTenant ??= this.#mirror
      .list('tenant', null)
      .every((each) => each.value.id === defaultTenant);
    return this.#hasOneTenant;
  }

  #forget(): void {
    this.#known.clear();
    this.#hasOneTenant = null;
  }
}

/** The operator acts for the tenant of a header, which matters only once it is asked for. */
class OperatorAccess implements Access {
  readonly key: AccessKey;
  readonly #named: string | undefined;
  readonly #gate: Gate;

  constructor(key: AccessKey, named: string | undefined, gate: Gate) {
    this.key = key;
    this.#named = named;
    this.#gate = gate;
  }

  get tenant(): TenantId {
    return this.#gate.tenantNamed(this.#named);
  }

  get reach(): TenantId | null {
    return this.#named === '*' ? null : this.tenant;
  }
}

function allows(key: AccessKey, { scope, isOperators }: AccessRule): boolean {
  if (isOperators && key.tenantId !== null) return false;
  return scope === null || key.scopes.includes('admin') || key.scopes.includes(scope);
}

import { createHash } from 'node:crypto';
import { Type } from '../schemas/type.ts';
import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import type { AccessKey, Scope } from '../../core/tenant.ts';
import type { Stored } from '../../store/catalogue-mirror.ts';
import type { Access } from '../access.ts';
import { createConfig, updateConfig } from '../change-config.ts';
import type { ApiDeps } from '../deps.ts';
import { etagOf } from '../etag.ts';
import { instantText, instantTextOrNull, readInstant } from '../instant-text.ts';
import { listAnswer, listOf, listQuery, pageOf, pageOfAll } from '../listing.ts';
import { route } from '../route.ts';
import type { Call } from '../route.ts';
import { closed, idParams, orNull, shown, text, time } from '../schemas/fields.ts';

const scopes = [
  'events:write',
  'read',
  'manage',
  'replay',
  'secrets',
  'admin',
] as const satisfies Scope[];
const keyBytes = 32;
const hintChars = 4;

const keyFields = {
  id: shown('Its id.'),
  tenantId: orNull(Type.String({ description: 'Null for a key of the operator.' })),
  name: shown('For people.'),
  hint: shown('The end of its text.'),
  scopes: Type.Array(Type.Enum([...scopes]), { description: 'What it allows.' }),
  expiresAt: orNull(shown('When it ends; null for never.')),
  createdAt: shown('When it was made.'),
};
const KeyBody = closed(keyFields);

const NewKeyBody = closed({
  name: text(limits.keyNameChars, 1, 'For people.'),
  scopes: Type.Array(Type.Enum([...scopes]), { minItems: 1, uniqueItems: true }),
  expiresAt: Type.Optional(orNull({ ...time, description: 'When it ends; null for never.' })),
  tenantId: Type.Optional(
    orNull(Type.String({ description: 'For the operator: whose key; null for an own one.' })),
  ),
});

const createKey = route({
  method: 'POST',
  path: '/v1/keys',
  summary: 'Make an access key that lives no longer than your own; its text is shown this once',
  scope: 'admin',
  body: NewKeyBody,
  isIdempotent: true,
  isTenantless: true,
  answers: { 201: closed({ ...keyFields, key: Type.String() }) },
  fails: ['validation_failed', 'unknown_tenant'],
  handle: (call, deps) => {
    const keyText = `ph_${Buffer.from(deps.chance.bytes(keyBytes)).toString('base64url')}`;
    const expiresAt = readExpiry(deps, call);
    const value = newKey(
      deps,
      { ...call.body, expiresAt },
      {
        tenantId: ownerOf(deps, call.access, call.body.tenantId),
        keyText,
      },
    );
    return createConfig(deps, call, {
      tenantId: value.tenantId,
      writes: [{ resource: { kind: 'key', value }, expects: null, remove: false }],
      status: 201,
      body: { ...keyView(value), key: keyText },
    });
  },
});

type NewBody = Omit<Static<typeof NewKeyBody>, 'expiresAt'>;

/** A key allows no more than the one that makes it, and no longer. */
function readExpiry(
  { clock }: ApiDeps,
  { body, access }: Call<unknown, unknown, Static<typeof NewKeyBody>>,
): Instant | null {
  const own = access.key?.expiresAt ?? null;
  const given = body.expiresAt ?? null;
  const at = given === null ? null : readInstant(given);
  if (given !== null && at === null) throw badExpiry('is not a time that exists');
  if (at !== null && at <= clock.now()) throw badExpiry('is over already');
  if (own !== null && (at === null || at > own)) {
    throw badExpiry(`must be set, and not after ${instantText(own)}, when your own key expires`);
  }
  return at;
}

function badExpiry(message: string): AppError {
  const errors = [{ pointer: '/expiresAt', message }];
  return new AppError('validation_failed', undefined, { errors });
}

function newKey(
  { ids, clock }: ApiDeps,
  { name, scopes: allowed, expiresAt }: NewBody & { expiresAt: Instant | null },
  { tenantId, keyText }: { tenantId: TenantId | null; keyText: string },
): AccessKey {
  const now = clock.now();
  return {
    id: ids.make('key'),
    tenantId,
    name,
    digest: createHash('sha256').update(keyText).digest('hex'),
    hint: keyText.slice(-hintChars),
    scopes: allowed,
    expiresAt,
    createdAt: now,
    updatedAt: now,
  };
}

function ownerOf(
  { mirror }: ApiDeps,
  access: Access,
  named: string | null | undefined,
): TenantId | null {
  const { key } = access;
  if (named === undefined) return access.tenant;
  if (key?.tenantId !== null && named !== key?.tenantId) throw new AppError('unknown_tenant');
  if (named === null) return null;
  const tenant = mirror.get('tenant', null, named);
  if (tenant === null) throw new AppError('unknown_tenant');
  return tenant.value.id;
}

const listKeys = route({
  method: 'GET',
  path: '/v1/keys',
  summary: 'List access keys, newest first, without their texts',
  scope: 'admin',
  query: closed(listQuery),
  answers: { 200: listOf(KeyBody) },
  fails: ['cursor_mismatch'],
  handle: (call, deps) => {
    const reach = reachOf(call);
    const scoped = { ...call, access: { key: call.access.key, tenant: defaultTenant, reach } };
    const page = pageOfAll(
      deps.mirror.list('key', reach),
      pageOf(scoped),
      ({ value }) => value.createdAt,
    );
    return listAnswer(scoped, page, ({ value }) => keyView(value));
  },
});

const readKey = route({
  method: 'GET',
  path: '/v1/keys/{id}',
  summary: 'Show an access key, without its text',
  scope: 'admin',
  params: idParams,
  answers: { 200: KeyBody },
  fails: ['not_found'],
  handle: (call, { mirror }) => {
    const found = mirror.get('key', reachOf(call), call.params.id);
    if (found === null) throw new AppError('not_found', 'There is no such key.');
    return { status: 200, body: keyView(found.value), headers: { etag: etagOf(found.version) } };
  },
});

const deleteKey = route({
  method: 'DELETE',
  path: '/v1/keys/{id}',
  summary: 'End an access key at once; no key can end itself',
  scope: 'admin',
  params: idParams,
  answers: { 204: null },
  fails: ['not_found', 'wrong_state', 'version_mismatch', 'conflict'],
  handle: (call, deps) =>
    updateConfig(deps, call, {
      find: () => deps.mirror.get('key', reachOf(call), call.params.id),
      change: (found) => {
        assertNotOwn(call.access, found);
        return {
          tenantId: found.value.tenantId,
          writes: [{ resource: found, expects: found.version, remove: true }],
          status: 204,
        };
      },
    }),
});

/** Whose keys are meant: the operator's own and those of all tenants, unless one is named. */
function reachOf({ access, headers }: Call): TenantId | null {
  const isAnyones = access.key?.tenantId === null && headers['posthorn-tenant'] === undefined;
  return isAnyones ? null : access.reach;
}

/** A key that deleted itself could lock its owner out. */
function assertNotOwn({ key }: Access, found: Stored<'key'>): void {
  if (key?.id === found.value.id) {
    throw new AppError('wrong_state', 'A key cannot delete itself. Use another one.');
  }
}

/** Routes about access keys. The operator sees those of every tenant. */
export const keyRoutes = [createKey, listKeys, readKey, deleteKey];

const defaultTenant = 'default' as TenantId;

function keyView(key: AccessKey) {
  const { id, tenantId, name, hint, scopes: allowed } = key;
  return {
    id,
    tenantId,
    name,
    hint,
    scopes: allowed,
    expiresAt: instantTextOrNull(key.expiresAt),
    createdAt: instantText(key.createdAt),
  };
}

import { isDeepStrictEqual } from 'node:util';
import { Type } from '../schemas/type.ts';
import type { Static } from 'typebox';
import type { TenantId } from '../../core/ids.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import type { Tenant } from '../../core/tenant.ts';
import type { ConfigChange } from '../change-config.ts';
import { createConfig, updateConfig } from '../change-config.ts';
import { assertValid, checkerOf } from '../checker.ts';
import type { ApiDeps } from '../deps.ts';
import { etagOf } from '../etag.ts';
import { instantText } from '../instant-text.ts';
import { listAnswer, listOf, listQuery, pageOf, pageOfAll } from '../listing.ts';
import { mergePatch } from '../merge-patch.ts';
import { assertContacts, readAlerts } from '../read-alerts.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { alertFields, alertSettings } from '../schemas/alert-schema.ts';
import { closed, id, idParams, orNull, shown, text, whole } from '../schemas/fields.ts';
import { alertView } from '../views/alert-view.ts';
import { deleteTenant, foundTenant } from './delete-tenant.ts';

const TenantBody = closed({
  id: shown('Its id.'),
  name: shown('For people.'),
  retentionMs: orNull(Type.Integer()),
  ...alertFields,
  createdAt: shown('When it was made.'),
  updatedAt: shown('When it was last changed.'),
});
const tenantSettings = {
  name: Type.Optional(text(limits.nameChars)),
  retentionMs: Type.Optional(
    orNull(
      whole(
        limits.retentionMinMs,
        limits.retentionMaxMs,
        'How long its events are kept, where their type does not say.',
      ),
    ),
  ),
  ...alertSettings,
};
const TenantSettingsBody = closed(tenantSettings);

const TenantPatchBody = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'Settings of a tenant: only what is named changes; null means the default.',
});
const checkSettings = checkerOf(TenantSettingsBody);

type Settings = Static<typeof TenantSettingsBody>;

const createTenant = route({
  method: 'POST',
  path: '/v1/tenants',
  summary: 'Make a tenant',
  scope: 'admin',
  isOperators: true,
  body: closed({ id, ...tenantSettings }),
  isIdempotent: true,
  isTenantless: true,
  answers: { 201: TenantBody },
  fails: ['validation_failed', 'address_forbidden', 'already_exists'],
  handle: (call, deps) => makeTenant(deps, call, call.body),
});

const putTenant = route({
  method: 'PUT',
  path: '/v1/tenants/{id}',
  summary: 'Make a tenant, or change what is named; the same again changes nothing',
  scope: 'admin',
  isOperators: true,
  params: closed({ id }),
  body: TenantSettingsBody,
  isBodyOptional: true,
  answers: { 200: TenantBody, 201: TenantBody },
  fails: ['validation_failed', 'address_forbidden', 'version_mismatch'],
  handle: async (call, deps) => {
    const find = () => deps.mirror.get('tenant', null, call.params.id);
    const found = find();
    if (found === null) return makeTenant(deps, call, { ...call.body, id: call.params.id });
    const settings = readSettings(deps, call.body ?? {}, found.value.id);
    if (isDeepStrictEqual({ ...found.value, ...settings }, found.value)) {
      return { status: 200, body: tenantView(found.value), headers: etag(found.version) };
    }
    return updateConfig(deps, call, {
      find,
      change: ({ value, version }) => {
        const changed = { ...value, ...settings, updatedAt: deps.clock.now() };
        return { ...changeOf(changed, version), status: 200 };
      },
    });
  },
});

const patchTenant = route({
  method: 'PATCH',
  path: '/v1/tenants/{id}',
  summary: 'Change a tenant by JSON Merge Patch',
  scope: 'admin',
  isOperators: true,
  params: idParams,
  body: TenantPatchBody,
  contentTypes: ['application/json', 'application/merge-patch+json'],
  answers: { 200: TenantBody },
  fails: [
    'unknown_tenant',
    'validation_failed',
    'address_forbidden',
    'version_mismatch',
    'conflict',
  ],
  handle: async (call, deps) =>
    updateConfig(deps, call, {
      find: () => foundTenant(deps, call.params.id),
      change: ({ value, version }) => {
        const settings = patchedSettings(deps, value, call.body);
        const changed = { ...value, ...settings, updatedAt: deps.clock.now() };
        return { ...changeOf(changed, version), status: 200 };
      },
    }),
});

/** Contacts that are not named were judged before, and may have ended since. */
function patchedSettings(deps: ApiDeps, tenant: Tenant, patch: JsonObject) {
  const { name, retentionMs = null, contacts = [], alert = null } = tenant;
  const merged = mergePatch({ name, retentionMs, contacts, alert } as unknown as Json, patch);
  assertValid(checkSettings(merged));
  const settings = merged as Settings;
  if ('contacts' in patch) assertContacts(deps, settings, tenant.id);
  return {
    name: settings.name ?? tenant.id,
    retentionMs: settings.retentionMs ?? null,
    ...readAlerts(settings),
  };
}

function makeTenant(
  deps: ApiDeps,
  call: Call,
  { id: given, ...body }: Settings & { id: string },
): Promise<Answer> {
  const now = deps.clock.now();
  const settings = readSettings(deps, body, given as TenantId);
  const times = { createdAt: now, updatedAt: now };
  const made = { id: given as TenantId, name: given, ...settings, ...times };
  return createConfig(deps, call, { ...changeOf(made, null), status: 201 });
}

/** Only what was named. */
function readSettings(
  deps: ApiDeps,
  body: Settings,
  owner: TenantId,
): Partial<Pick<Tenant, 'name' | 'retentionMs' | 'contacts' | 'alert'>> {
  assertContacts(deps, body, owner);
  const { name, retentionMs } = body;
  const { contacts, alert } = readAlerts(body);
  return {
    ...(name === undefined ? {} : { name }),
    ...(retentionMs === undefined ? {} : { retentionMs }),
    ...(body.contacts === undefined ? {} : { contacts }),
    ...(body.alert === undefined ? {} : { alert }),
  };
}

function changeOf(value: Tenant, expects: number | null): Omit<ConfigChange, 'status'> {
  return {
    tenantId: value.id,
    writes: [{ resource: { kind: 'tenant', value }, expects, remove: false }],
    body: tenantView(value),
  };
}

const listTenants = route({
  method: 'GET',
  path: '/v1/tenants',
  summary: 'List tenants, newest first',
  scope: 'read',
  isOperators: true,
  query: closed(listQuery),
  answers: { 200: listOf(TenantBody) },
  fails: ['cursor_mismatch'],
  handle: (call, { mirror }) => {
    const everywhere = { ...call, access: { ...call.access, reach: null } };
    const all = mirror.list('tenant', null);
    const page = pageOfAll(all, pageOf(everywhere), ({ value }) => value.createdAt);
    return listAnswer(everywhere, page, ({ value }) => tenantView(value));
  },
});

const readTenant = route({
  method: 'GET',
  path: '/v1/tenants/{id}',
  summary: 'Show a tenant',
  scope: 'read',
  isOperators: true,
  params: idParams,
  answers: { 200: TenantBody },
  fails: ['unknown_tenant'],
  handle: ({ params }, { mirror }) => {
    const found = foundTenant({ mirror }, params.id);
    return { status: 200, body: tenantView(found.value), headers: etag(found.version) };
  },
});

/** Routes about tenants, for the operator alone. */
export const tenantRoutes = [
  createTenant,
  putTenant,
  patchTenant,
  listTenants,
  readTenant,
  deleteTenant,
];

function etag(version: number): Record<string, string> {
  return { etag: etagOf(version) };
}

function tenantView(tenant: Tenant) {
  const { id: tenantId, name, createdAt, updatedAt } = tenant;
  return {
    id: tenantId,
    name,
    retentionMs: tenant.retentionMs ?? null,
    ...alertView(tenant),
    createdAt: instantText(createdAt),
    updatedAt: instantText(updatedAt),
  };
}

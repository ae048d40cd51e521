import { isDeepStrictEqual } from 'node:util';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { TenantId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Tenant } from '../../core/tenant.ts';
import type { ConfigChange } from '../change-config.ts';
import { createConfig, updateConfig } from '../change-config.ts';
import type { ApiDeps } from '../deps.ts';
import { etagOf } from '../etag.ts';
import { instantText } from '../instant-text.ts';
import { listAnswer, listOf, listQuery, pageOf, pageOfAll } from '../listing.ts';
import { assertContacts, readAlerts } from '../read-alerts.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { alertFields, alertSettings } from '../schemas/alert-schema.ts';
import { closed, id, idParams, text } from '../schemas/fields.ts';
import { alertView } from '../views/alert-view.ts';

const TenantBody = closed({
  id: Type.String(),
  name: Type.String(),
  ...alertFields,
  createdAt: Type.String(),
  updatedAt: Type.String(),
});
const tenantSettings = { name: Type.Optional(text(limits.nameChars)), ...alertSettings };
const TenantSettingsBody = closed(tenantSettings);

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
): Partial<Pick<Tenant, 'name' | 'contacts' | 'alert'>> {
  assertContacts(deps, body, owner);
  const { name } = body;
  const { contacts, alert } = readAlerts(body);
  return {
    ...(name === undefined ? {} : { name }),
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
    const found = mirror.get('tenant', null, params.id);
    if (found === null) throw new AppError('unknown_tenant');
    return { status: 200, body: tenantView(found.value), headers: etag(found.version) };
  },
});

/** Routes about tenants, for the operator alone. */
export const tenantRoutes = [createTenant, putTenant, listTenants, readTenant];

function etag(version: number): Record<string, string> {
  return { etag: etagOf(version) };
}

function tenantView(tenant: Tenant) {
  const { id: tenantId, name, createdAt, updatedAt } = tenant;
  return {
    id: tenantId,
    name,
    ...alertView(tenant),
    createdAt: instantText(createdAt),
    updatedAt: instantText(updatedAt),
  };
}

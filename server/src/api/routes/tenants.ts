import { Type } from 'typebox';
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
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { closed, id, idParams, text } from '../schemas/fields.ts';

const TenantBody = closed({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});
const TenantSettingsBody = closed({ name: Type.Optional(text(limits.nameChars)) });

const createTenant = route({
  method: 'POST',
  path: '/v1/tenants',
  summary: 'Make a tenant',
  scope: 'admin',
  isOperators: true,
  body: closed({ id, name: Type.Optional(text(limits.nameChars)) }),
  isIdempotent: true,
  isTenantless: true,
  answers: { 201: TenantBody },
  fails: ['validation_failed', 'already_exists'],
  handle: (call, deps) => makeTenant(deps, call, call.body),
});

const putTenant = route({
  method: 'PUT',
  path: '/v1/tenants/{id}',
  summary: 'Make a tenant, or change its name; the same again changes nothing',
  scope: 'admin',
  isOperators: true,
  params: closed({ id }),
  body: TenantSettingsBody,
  isBodyOptional: true,
  answers: { 200: TenantBody, 201: TenantBody },
  fails: ['validation_failed', 'version_mismatch'],
  handle: async (call, deps) => {
    const { name } = call.body ?? {};
    const find = () => deps.mirror.get('tenant', null, call.params.id);
    const found = find();
    if (found === null) return makeTenant(deps, call, { ...call.body, id: call.params.id });
    if (name === undefined || name === found.value.name) {
      return { status: 200, body: tenantView(found.value), headers: etag(found.version) };
    }
    return updateConfig(deps, call, {
      find,
      change: ({ value, version }) => {
        const changed = { ...value, name, updatedAt: deps.clock.now() };
        return { ...changeOf(changed, version), status: 200 };
      },
    });
  },
});

function makeTenant(
  deps: ApiDeps,
  call: Call,
  { id: given, name }: { id: string; name?: string },
): Promise<Answer> {
  const now = deps.clock.now();
  const made = { id: given as TenantId, name: name ?? given, createdAt: now, updatedAt: now };
  return createConfig(deps, call, { ...changeOf(made, null), status: 201 });
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

function tenantView({ id: tenantId, name, createdAt, updatedAt }: Tenant) {
  return {
    id: tenantId,
    name,
    createdAt: instantText(createdAt),
    updatedAt: instantText(updatedAt),
  };
}

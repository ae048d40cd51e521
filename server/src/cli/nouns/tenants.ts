import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand, show } from '../show.ts';
import { readFields, setOption } from './read-fields.ts';

type Tenant = { readonly id: string; readonly name: string; readonly createdAt: string };
type TenantOptions = { readonly name?: string; readonly set?: readonly string[] };

const tenantId = ['<id>', 'the id of a tenant'] as const;
const nameOption = { flags: '--name <name>', says: 'what people call it' };

const list = listCommand<Tenant>({
  name: 'tenants list',
  path: '/v1/tenants',
  summary: 'list tenants, newest first',
  examples: ['posthorn tenants'],
  isDefault: true,
  cells: ({ id, name, createdAt }) => [id, createdAt, name],
  none: 'no tenants',
});

const get = idCommand<Tenant>({
  name: 'tenants get',
  takes: tenantId,
  summary: 'show a tenant',
  examples: ['posthorn tenants get acme'],
  request: (id) => ({ path: `/v1/tenants/${id}` }),
});

/** Both the same to the server: a tenant that is there is changed. */
function putTenant(verb: 'create' | 'update', summary: string) {
  return serverCommand<TenantOptions>({
    name: `tenants ${verb}`,
    takes: [tenantId],
    summary,
    examples: [`posthorn tenants ${verb} acme --name "Acme Ltd"`],
    options: [nameOption, setOption],
    run: (call) => {
      const { name, set } = call.options;
      const path = `/v1/tenants/${encodeURIComponent(call.args[0] ?? '')}`;
      return show(call, { method: 'PUT', path, body: readFields({ name }, set) });
    },
  });
}

const create = putTenant('create', 'make a tenant; the same again changes nothing');
const update = putTenant('update', 'change the name of a tenant');

const remove = idCommand<Tenant>({
  name: 'tenants delete',
  takes: tenantId,
  summary: 'delete a tenant with its keys, endpoints and subscriptions; its log stays for a while',
  examples: ['posthorn tenants delete acme'],
  request: (id) => ({ method: 'DELETE', path: `/v1/tenants/${id}` }),
  done: (id) => `${id} is deleted`,
});

const secret = idCommand<object>({
  name: 'tenants callback-secret',
  takes: tenantId,
  summary: 'show the secret that signs callbacks without one of their own',
  examples: ['posthorn tenants callback-secret acme'],
  request: (id) => ({ path: `/v1/tenants/${id}/callback-secret` }),
});

/** `posthorn tenants`: whose things there are. */
export const tenantsNoun: Noun = {
  noun: 'tenants',
  summary: 'make and see tenants, as an operator',
  commands: [list, get, create, update, remove, secret],
};

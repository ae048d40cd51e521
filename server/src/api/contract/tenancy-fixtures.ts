import { keys, owner } from './tenancy-stage.ts';
import type { TenancyStage, Who } from './tenancy-stage.ts';

/** Makes something of the owner's and answers its id. */
export type Maker = (stage: TenancyStage) => Promise<string>;

const aBundle = { conversationId: 'theirs', content: 1 };
const endpoint: Maker = (stage) => stage.endpoint();
const event: Maker = (stage) => stage.event();
const delivery: Maker = (stage) => stage.delivery();
const bundle: Maker = async (stage) => {
  const id = stage.fresh('bundle');
  await stage.insist({ method: 'PUT', url: `/v1/bundles/${id}`, body: aBundle, key: keys[owner] });
  return id;
};
const entity: Maker = async (stage) => {
  const path = `contact/${stage.fresh('entity')}`;
  const url = `/v1/entities/${path}`;
  await stage.insist({ method: 'PATCH', url, body: { a: 1 }, key: keys[owner] });
  return path;
};
const task: Maker = (stage) => stage.made('/v1/tasks', {});

/** Whose id a path names. The longest path that begins an operation's decides. */
export const madeForPath: Readonly<Record<string, Maker>> = {
  '/v1/attempts/{id}': (stage) => stage.attempt(),
  '/v1/chains/{id}': event,
  '/v1/bundles/{id}': bundle,
  '/v1/deliveries/{id}': delivery,
  '/v1/endpoints/{id}': endpoint,
  '/v1/entities/{type}/{id}': entity,
  '/v1/events/{id}': event,
  '/v1/keys/{id}': (stage) => stage.made('/v1/keys', { name: 'extra', scopes: ['read'] }),
  '/v1/replays/{id}': (stage) => stage.made('/v1/replays', { only: 'dead' }),
  '/v1/subscriptions/{id}': async (stage) =>
    stage.made('/v1/subscriptions', { endpointId: await stage.endpoint(), types: ['*'] }),
  '/v1/tasks/{id}': task,
  '/v1/tenants/{id}': async () => owner,
};

/** Paths that name what is not one tenant's, and why. */
export const sharedPaths: Readonly<Record<string, string>> = {
  '/v1/claims/{eventId}': 'whoever has a signed link may read that: claims.test.ts',
  '/problems/{code}': 'anyone may read what a code means',
  '/v1/deliveries/{id}/ack': 'whoever has its token is its receiver',
  '/v1/deliveries/{id}/fail': 'whoever has its token is its receiver',
  '/v1/deliveries/{id}/progress': 'whoever has its token is its receiver',
  '/v1/event-types/{type}': 'event types are the operator’s and shared by all tenants',
};

/** Paths on which the operator needs no tenant, since the path itself names one. */
export const operatorsPaths: readonly string[] = ['/v1/tenants/{id}'];

/** Operations that make what they name, for each tenant its own, and where that is tested. */
export const makingOwn: Readonly<Record<string, string>> = {
  'PATCH /v1/entities/{type}/{id}': 'context.test.ts: what two tenants tell stays apart',
  'PUT /v1/bundles/{id}': 'bundles.test.ts: two tenants may have bundles of one id',
};

/** What must be asked for the owner to succeed. */
export const queriesOf: Readonly<Record<string, string>> = {
  'GET /v1/bundles/{id}/changes': '?since=1',
  'GET /v1/entities/{type}/{id}/changes': '?since=0',
};

/** What must be sent for the owner to succeed; `{}` where nothing is said. */
export const bodiesOf: Readonly<Record<string, unknown>> = {
  'PATCH /v1/endpoints/{id}': { description: 'changed' },
  'PUT /v1/bundles/{id}': aBundle,
  'POST /v1/tasks/{id}/wait': { reason: 'approval' },
  'POST /v1/tasks/{id}/fail': { error: { message: 'failed' } },
};

/** Ids in queries and bodies: whose they are, or why they are nobody's. */
export const namedIds: Readonly<Record<string, Maker | string>> = {
  endpointId: endpoint,
  eventId: event,
  eventIds: event,
  deliveryId: delivery,
  deliveryIds: delivery,
  causationId: event,
  parentTaskId: task,
  taskId: task,
  tenantId: async () => owner,
  conversationId: 'a word that callers choose for themselves',
  correlationId: 'a word that callers choose for themselves',
};

/** A request that names an id in its body; `pathId` stands in its path, and is the caller's own. */
type Naming = { readonly body: unknown; readonly pathId?: string };
type NamingMaker = (id: string, who: Who, stage: TenancyStage) => Naming | Promise<Naming>;

const contacts = (id: string): { contacts: object[] } => ({ contacts: [{ endpointId: id }] });

/** What each report of a task must say. */
const taskReports: Readonly<Record<string, object>> = {
  progress: {},
  wait: { reason: 'approval' },
  complete: {},
  fail: { error: { message: 'failed' } },
  cancel: {},
};

/** How operations name ids in their bodies, those too that their schemas do not show. */
export const bodiesNaming: Readonly<Record<string, NamingMaker>> = {
  'PATCH /v1/endpoints/{id} endpointId': async (id, who, stage) => ({
    pathId: await stage.endpoint(['*'], who),
    body: contacts(id),
  }),
  'PATCH /v1/tenants/{id} endpointId': (id, who) => ({ pathId: who, body: contacts(id) }),
  'POST /v1/endpoints endpointId': (id) => ({
    body: { url: 'https://example.com/', ...contacts(id) },
  }),
  'POST /v1/bundles causationId': (id) => ({ body: { ...aBundle, causationId: id } }),
  'POST /v1/bundles/{id}/finalize causationId': async (id, who, stage) => ({
    pathId: await stage.made('/v1/bundles', aBundle, who),
    body: { causationId: id },
  }),
  'PUT /v1/bundles/{id} causationId': async (id, who, stage) => ({
    pathId: await stage.made('/v1/bundles', { ...aBundle, content: 2 }, who),
    body: { ...aBundle, causationId: id },
  }),
  'POST /v1/context/updates causationId': (id) => ({
    body: { entity: { type: 'a', id }, changes: { b: { new: 1 } }, causationId: id },
  }),
  'POST /v1/events causationId': (id) => ({ body: { type: 'a.b', data: 1, causationId: id } }),
  'POST /v1/keys tenantId': (id) => ({ body: { name: 'theirs', scopes: ['read'], tenantId: id } }),
  'POST /v1/replays deliveryIds': (id) => ({ body: { deliveryIds: [id] } }),
  'POST /v1/replays endpointId': (id) => ({ body: { only: 'dead', endpointId: id } }),
  'POST /v1/replays eventIds': (id) => ({ body: { eventIds: [id] } }),
  'POST /v1/stream-tokens taskId': (id) => ({ body: { taskId: id } }),
  'POST /v1/subscriptions/batch endpointId': (id) => ({
    body: { subscriptions: [{ endpointId: id, types: ['*'] }] },
  }),
  'POST /v1/subscriptions endpointId': (id) => ({ body: { endpointId: id, types: ['*'] } }),
  'POST /v1/tasks causationId': (id) => ({ body: { causationId: id } }),
  'POST /v1/tasks parentTaskId': (id) => ({ body: { parentTaskId: id } }),
  ...Object.fromEntries(
    Object.entries(taskReports).map(([verb, said]) => [
      `POST /v1/tasks/{id}/${verb} causationId`,
      async (id: string, who: Who, stage: TenancyStage) => ({
        pathId: await stage.made('/v1/tasks', {}, who),
        body: { ...said, causationId: id },
      }),
    ]),
  ),
  'POST /v1/tenants endpointId': (id) => ({ body: { id: 'new', ...contacts(id) } }),
  'PUT /v1/tenants/{id} endpointId': (id, who) => ({ pathId: who, body: contacts(id) }),
};

/** Those in which even the owner's id is unknown, and why. */
export const unknownToAll: Readonly<Record<string, string>> = {
  'POST /v1/tenants endpointId': 'a tenant that is only now made has no endpoint yet',
};

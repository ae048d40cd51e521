import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { Json } from '../../core/json.ts';
import type { Subscription } from '../../core/subscription.ts';
import { alertReach } from '../../ingest/alert-reach.ts';
import { limits } from '../../core/limits.ts';
import type { CatalogueWrite } from '../../store/catalogue.ts';
import { claimWarnings } from '../claim-warnings.ts';
import { createConfig, updateConfig } from '../change-config.ts';
import { assertValid, checkerOf } from '../checker.ts';
import type { ApiDeps } from '../deps.ts';
import { newSecretErrors, secretErrors } from '../endpoint-errors.ts';
import { etagOf } from '../etag.ts';
import { listAnswer, listOf, listQuery, pageOf, pageOfAll } from '../listing.ts';
import { mergePatch } from '../merge-patch.ts';
import { assertContacts } from '../read-alerts.ts';
import { readEndpoint } from '../read-endpoint.ts';
import { readWishes } from '../read-wishes.ts';
import { route } from '../route.ts';
import type { Call } from '../route.ts';
import {
  CreatedEndpointBody,
  EndpointBody,
  EndpointPatchBody,
  EndpointSettingsBody,
  NewEndpointBody,
} from '../schemas/endpoint-schema.ts';
import { closed, idParams } from '../schemas/fields.ts';
import { freshSecret } from '../../core/fresh-secret.ts';
import { contactWarnings } from '../views/alert-view.ts';
import { endpointView, settingsView } from '../views/endpoint-view.ts';
import { endpointChange, findEndpoint, isVisible, shownEndpoint } from './endpoint-state.ts';

const checkSettings = checkerOf(EndpointSettingsBody);

const receivesNothing = {
  code: 'receives_nothing',
  message: 'No types were named, so this endpoint gets no events until it has a subscription.',
};

const createEndpoint = route({
  method: 'POST',
  path: '/v1/endpoints',
  summary: 'Make an endpoint; with types it gets its first subscription',
  scope: 'manage',
  body: NewEndpointBody,
  isIdempotent: true,
  answers: { 201: CreatedEndpointBody },
  fails: ['validation_failed', 'address_forbidden', 'idempotency_conflict'],
  handle: (call, deps) => {
    const endpoint = newEndpoint(deps, call);
    const subscription = firstSubscription(deps, call.body, endpoint);
    const subscriptions = subscription === null ? [] : [subscription];
    const alertsReach = alertReach(deps.mirror, endpoint);
    return createConfig(deps, call, {
      tenantId: endpoint.tenantId,
      writes: [
        { resource: { kind: 'endpoint', value: endpoint }, expects: null, remove: false },
        ...subscriptions.map((value): CatalogueWrite => ({
          resource: { kind: 'subscription', value },
          expects: null,
          remove: false,
        })),
      ],
      status: 201,
      body: {
        ...endpointView(endpoint, { subscriptions, circuit: 'closed', alertsReach }),
        secret: endpoint.secrets[0]?.text,
        warnings: [
          ...(subscription === null ? [receivesNothing] : []),
          ...contactWarnings(endpoint),
          ...claimWarnings(deps.publicUrl, subscription ?? {}),
        ],
      },
    });
  },
});

type NewBody = Static<typeof NewEndpointBody>;

function newEndpoint(deps: ApiDeps, { access, body }: Call<unknown, unknown, NewBody>): Endpoint {
  const { clock, chance, ids } = deps;
  const settings = readEndpoint(deps, body);
  assertContacts(deps, body, access.tenant);
  const errors = newSecretErrors({ ...body, scheme: settings.scheme });
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  const now = clock.now();
  const text = body.secret ?? freshSecret(chance, body.signing ?? 'v1');
  return {
    id: ids.make('endpoint'),
    tenantId: access.tenant,
    ...settings,
    status: { is: 'active' },
    secrets: [{ text, createdAt: now, endsAt: null }],
    isHidden: false,
    createdAt: now,
    updatedAt: now,
  };
}

function firstSubscription(
  { ids }: ApiDeps,
  { types, filter, entity, order, fields, coalesce, claimCheck, ack }: NewBody,
  { tenantId, id: endpointId, createdAt, updatedAt }: Endpoint,
): Subscription | null {
  if (types === undefined) return null;
  const wishes = readWishes({ types, filter, entity, order, fields, coalesce, claimCheck, ack });
  return { id: ids.make('subscription'), tenantId, endpointId, ...wishes, createdAt, updatedAt };
}

const listEndpoints = route({
  method: 'GET',
  path: '/v1/endpoints',
  summary: 'List endpoints, newest first',
  scope: 'read',
  query: closed(listQuery),
  answers: { 200: listOf(EndpointBody) },
  fails: ['cursor_mismatch'],
  handle: (call, deps) => {
    const all = deps.mirror.list('endpoint', call.access.reach);
    const seen = all.filter(({ value }) => isVisible(value));
    const page = pageOfAll(seen, pageOf(call), ({ value }) => value.createdAt);
    return listAnswer(call, page, ({ value }) => shownEndpoint(deps, value));
  },
});

const readOne = route({
  method: 'GET',
  path: '/v1/endpoints/{id}',
  summary: 'Show an endpoint',
  scope: 'read',
  params: idParams,
  answers: { 200: EndpointBody },
  fails: ['not_found'],
  handle: ({ access, params }, deps) => {
    const found = findEndpoint(deps, access.reach, params.id);
    if (found === null) throw new AppError('not_found', 'There is no such endpoint.');
    const body = shownEndpoint(deps, found.value);
    return { status: 200, body, headers: { etag: etagOf(found.version) } };
  },
});

const changeEndpoint = route({
  method: 'PATCH',
  path: '/v1/endpoints/{id}',
  summary: 'Change an endpoint by JSON Merge Patch; a retry policy with a kind is replaced whole',
  scope: 'manage',
  params: idParams,
  body: EndpointPatchBody,
  contentTypes: ['application/json', 'application/merge-patch+json'],
  answers: { 200: EndpointBody },
  fails: ['not_found', 'validation_failed', 'address_forbidden', 'version_mismatch'],
  handle: (call, deps) =>
    updateConfig(deps, call, {
      find: () => findEndpoint(deps, call.access.tenant, call.params.id),
      change: (found) => {
        const settings = patchedSettings(deps, found.value, call.body);
        return endpointChange(deps, found, settings);
      },
    }),
});

function patchedSettings(deps: ApiDeps, endpoint: Endpoint, patch: Json) {
  const { retry, ...rest } = settingsView(endpoint);
  // Numbers of one kind of policy make no sense in another.
  const base = namesKind(patch) ? rest : { ...rest, retry };
  const merged = mergePatch(base as unknown as Json, patch);
  assertValid(checkSettings(merged));
  const body = merged as Static<typeof EndpointSettingsBody>;
  const settings = readEndpoint(deps, body);
  if (names(patch, 'contacts')) assertContacts(deps, body, endpoint.tenantId);
  const errors = secretErrors(endpoint.secrets[0]?.text, settings.scheme, '/scheme');
  if (errors.length === 0) return settings;
  const message = 'needs a secret of another form; rotate it first';
  throw new AppError('validation_failed', undefined, { errors: [{ pointer: '/scheme', message }] });
}

function names(patch: Json, field: string): boolean {
  return typeof patch === 'object' && patch !== null && field in patch;
}

function namesKind(patch: Json): boolean {
  const retry = (patch as { retry?: unknown }).retry;
  return typeof retry === 'object' && retry !== null && 'kind' in retry;
}

const deleteEndpoint = route({
  method: 'DELETE',
  path: '/v1/endpoints/{id}',
  summary: 'Delete an endpoint; what waits for it is cancelled, its log stays',
  scope: 'manage',
  params: idParams,
  answers: { 204: null },
  fails: ['not_found', 'version_mismatch'],
  handle: (call, deps) =>
    updateConfig(deps, call, {
      find: () => findEndpoint(deps, call.access.tenant, call.params.id),
      change: async (found) => {
        const { tenantId } = found.value;
        const removals = await lastRemovals(deps, found.value);
        const at = deps.clock.now();
        const { writes } = endpointChange(deps, found, { status: { is: 'deleted', at } });
        return { tenantId, writes: [...writes, ...removals], status: 204 };
      },
    }),
});

/** What ends the last subscriptions of an endpoint; of more than one change takes, most end now. */
async function lastRemovals(
  { mirror }: ApiDeps,
  { tenantId, id }: Endpoint,
): Promise<CatalogueWrite[]> {
  const most = limits.tenantDeleteWrites;
  for (;;) {
    const some = mirror.subscriptionsOf(id, most + 1);
    const writes = some
      .slice(0, most)
      .map((each): CatalogueWrite => ({ resource: each, expects: each.version, remove: true }));
    if (some.length <= most) return writes;
    const { is } = await mirror.change({ tenantId, writes, idempotency: null });
    if (is === 'conflict') await mirror.refresh();
  }
}

/** Routes about endpoints themselves. */
export const endpointRoutes = [
  createEndpoint,
  listEndpoints,
  readOne,
  changeEndpoint,
  deleteEndpoint,
];

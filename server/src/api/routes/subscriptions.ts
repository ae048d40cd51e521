import type { Static } from 'typebox';
import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { Json } from '../../core/json.ts';
import type { Subscription } from '../../core/subscription.ts';
import type { Stored } from '../../store/catalogue-mirror.ts';
import { claimWarnings } from '../claim-warnings.ts';
import { createConfig, updateConfig } from '../change-config.ts';
import type { ConfigChange } from '../change-config.ts';
import { assertValid, checkerOf } from '../checker.ts';
import { etagOf } from '../etag.ts';
import { listAnswer, listOf, listQuery, pageOf, pageOfMany } from '../listing.ts';
import { mergePatch } from '../merge-patch.ts';
import { newSubscription } from '../new-subscription.ts';
import { readWishes } from '../read-wishes.ts';
import { route } from '../route.ts';
import { closed, idParams } from '../schemas/fields.ts';
import {
  CreatedSubscriptionBody,
  NewSubscriptionBody,
  SubscriptionBody,
  SubscriptionPatchBody,
  SubscriptionSettingsBody,
} from '../schemas/subscription-schema.ts';
import { subscriptionView } from '../views/subscription-view.ts';
import { createSubscriptions } from './subscription-batch.ts';

const checkSettings = checkerOf(SubscriptionSettingsBody);

const createSubscription = route({
  method: 'POST',
  path: '/v1/subscriptions',
  summary: 'Say what an endpoint wants',
  scope: 'manage',
  body: NewSubscriptionBody,
  isIdempotent: true,
  answers: { 201: CreatedSubscriptionBody },
  fails: ['validation_failed', 'idempotency_conflict'],
  handle: (call, deps) => {
    const value = newSubscription(deps, call.access, call.body);
    const warnings = claimWarnings(deps.publicUrl, value);
    return createConfig(deps, call, {
      ...changeOf(value, null),
      status: 201,
      body: { ...subscriptionView(value), warnings },
    });
  },
});

function changeOf(value: Subscription, expects: number | null): ConfigChange {
  return {
    tenantId: value.tenantId,
    writes: [{ resource: { kind: 'subscription', value }, expects, remove: false }],
    status: 200,
    body: subscriptionView(value),
  };
}

const listSubscriptions = route({
  method: 'GET',
  path: '/v1/subscriptions',
  summary: 'List subscriptions, newest first',
  scope: 'read',
  query: closed({ ...listQuery, endpointId: Type.Optional(Type.String()) }),
  answers: { 200: listOf(SubscriptionBody) },
  fails: ['cursor_mismatch'],
  handle: (call, { mirror }) => {
    const { endpointId } = call.query;
    const { reach } = call.access;
    const page = pageOfMany(mirror.all('subscription'), pageOf(call), {
      fits: ({ value }) =>
        (reach === null || value.tenantId === reach) &&
        (endpointId === undefined || value.endpointId === endpointId),
      madeAt: ({ value }) => value.createdAt,
    });
    return listAnswer(call, page, ({ value }) => subscriptionView(value));
  },
});

const readSubscription = route({
  method: 'GET',
  path: '/v1/subscriptions/{id}',
  summary: 'Show a subscription',
  scope: 'read',
  params: idParams,
  answers: { 200: SubscriptionBody },
  fails: ['not_found'],
  handle: ({ access, params }, { mirror }) => {
    const found = mirror.get('subscription', access.reach, params.id);
    if (found === null) throw new AppError('not_found', 'There is no such subscription.');
    const headers = { etag: etagOf(found.version) };
    return { status: 200, body: subscriptionView(found.value), headers };
  },
});

const changeSubscription = route({
  method: 'PATCH',
  path: '/v1/subscriptions/{id}',
  summary: 'Change what an endpoint wants, by JSON Merge Patch',
  scope: 'manage',
  params: idParams,
  body: SubscriptionPatchBody,
  contentTypes: ['application/json', 'application/merge-patch+json'],
  answers: { 200: SubscriptionBody },
  fails: ['not_found', 'validation_failed', 'version_mismatch'],
  handle: (call, deps) =>
    updateConfig(deps, call, {
      find: () => deps.mirror.get('subscription', call.access.tenant, call.params.id),
      change: (found) => {
        const wishes = patchedWishes(found, call.body);
        // What is not wished for any more must not stay from before.
        const { id, tenantId, endpointId, createdAt } = found.value;
        const kept = { id, tenantId, endpointId, createdAt };
        const value = { ...kept, ...wishes, updatedAt: deps.clock.now() };
        return changeOf(value, found.version);
      },
    }),
});

function patchedWishes({ value }: Stored<'subscription'>, patch: Json) {
  const merged = mergePatch(settingsOf(value) as unknown as Json, patch);
  assertValid(checkSettings(merged));
  return readWishes(merged as Static<typeof SubscriptionSettingsBody>);
}

function settingsOf(value: Subscription) {
  const { types, filter, entity, order, fields, coalesce, claimCheck, ack } = value;
  return {
    ...{ types, filter, entity, order },
    ...(fields === undefined ? {} : { fields }),
    ...(coalesce === undefined ? {} : { coalesce }),
    ...(claimCheck === undefined ? {} : { claimCheck }),
    ...(ack === undefined ? {} : { ack }),
  };
}

const deleteSubscription = route({
  method: 'DELETE',
  path: '/v1/subscriptions/{id}',
  summary: 'End a subscription; deliveries already made go on',
  scope: 'manage',
  params: idParams,
  answers: { 204: null },
  fails: ['not_found', 'version_mismatch'],
  handle: (call, deps) =>
    updateConfig(deps, call, {
      find: () => deps.mirror.get('subscription', call.access.tenant, call.params.id),
      change: (found) => ({
        tenantId: found.value.tenantId,
        writes: [{ resource: found, expects: found.version, remove: true }],
        status: 204,
      }),
    }),
});

/** Routes about subscriptions. */
export const subscriptionRoutes = [
  createSubscription,
  createSubscriptions,
  listSubscriptions,
  readSubscription,
  changeSubscription,
  deleteSubscription,
];

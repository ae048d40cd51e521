import { Type } from '../schemas/type.ts';
import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import { builtInEventTypes } from '../../core/built-in-event-types.ts';
import { isReservedType } from '../../core/event-type.ts';
import type { EventType } from '../../core/event-type.ts';
import { limits } from '../../core/limits.ts';
import type { ConfigChange } from '../change-config.ts';
import { createConfig, updateConfig } from '../change-config.ts';
import { assertValid, checkerOf } from '../checker.ts';
import type { ApiDeps } from '../deps.ts';
import { assertMatches, etagOf } from '../etag.ts';
import { mergePatch } from '../merge-patch.ts';
import { assertTypeName, readEventType } from '../read-event-type.ts';
import type { EventTypeSettings } from '../read-event-type.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import {
  EventTypeBody,
  EventTypePatchBody,
  EventTypeSettingsBody,
  NewEventTypeBody,
} from '../schemas/event-type-schema.ts';
import { closed } from '../schemas/fields.ts';
import { builtInTypeView, eventTypeSettingsView, eventTypeView } from '../views/event-type-view.ts';
import { listEventTypes } from './list-event-types.ts';

const checkSettings = checkerOf(EventTypeSettingsBody);
const typeParams = closed({ type: Type.String() });

const createEventType = route({
  method: 'POST',
  path: '/v1/event-types',
  summary: 'Register an event type, for all tenants',
  scope: 'manage',
  isOperators: true,
  body: NewEventTypeBody,
  isIdempotent: true,
  isTenantless: true,
  answers: { 201: EventTypeBody },
  fails: ['validation_failed', 'already_exists', 'too_many_event_types'],
  handle: (call, deps) => {
    const { type, ...settings } = call.body;
    return register(deps, call, { type, settings: readEventType(settings) });
  },
});

const putEventType = route({
  method: 'PUT',
  path: '/v1/event-types/{type}',
  summary: 'Register an event type, or replace what is said of it',
  scope: 'manage',
  isOperators: true,
  params: typeParams,
  body: EventTypeSettingsBody,
  isBodyOptional: true,
  answers: { 200: EventTypeBody, 201: EventTypeBody },
  fails: ['validation_failed', 'version_mismatch', 'conflict', 'too_many_event_types'],
  handle: async (call, deps) => {
    const { type } = call.params;
    const settings = readEventType(call.body ?? {});
    const found = find(deps, type);
    if (found !== null) return change(deps, call, () => settings);
    assertMatches(call, 0);
    return register(deps, call, { type, settings });
  },
});

const patchEventType = route({
  method: 'PATCH',
  path: '/v1/event-types/{type}',
  summary: 'Change an event type by JSON Merge Patch',
  scope: 'manage',
  isOperators: true,
  params: typeParams,
  body: EventTypePatchBody,
  contentTypes: ['application/json', 'application/merge-patch+json'],
  answers: { 200: EventTypeBody },
  fails: ['not_found', 'validation_failed', 'version_mismatch', 'wrong_state', 'conflict'],
  handle: async (call, deps) => {
    assertNotBuiltIn(call.params.type);
    return change(deps, call, (value) => {
      const merged = mergePatch(eventTypeSettingsView(value), call.body);
      assertValid(checkSettings(merged));
      return readEventType(merged as Static<typeof EventTypeSettingsBody>);
    });
  },
});

const readOne = route({
  method: 'GET',
  path: '/v1/event-types/{type}',
  summary: 'Show an event type',
  scope: 'read',
  params: typeParams,
  answers: { 200: EventTypeBody },
  fails: ['not_found'],
  handle: ({ params }, deps) => {
    const found = find(deps, params.type);
    const builtIn = builtInEventTypes.find(({ id }) => id === params.type);
    if (found === null) {
      if (builtIn === undefined) throw new AppError('not_found');
      return { status: 200, body: builtInTypeView(builtIn) };
    }
    const headers = { etag: etagOf(found.version) };
    return { status: 200, body: eventTypeView(found.value), headers };
  },
});

const deleteEventType = route({
  method: 'DELETE',
  path: '/v1/event-types/{type}',
  summary: 'Forget an event type; events of it stay, and later ones are of an unknown type',
  scope: 'manage',
  isOperators: true,
  params: typeParams,
  answers: { 204: null },
  fails: ['not_found', 'version_mismatch', 'wrong_state', 'conflict'],
  handle: async (call, deps) => {
    assertNotBuiltIn(call.params.type);
    return updateConfig(deps, call, {
      find: () => find(deps, call.params.type),
      change: (found) => ({
        tenantId: null,
        writes: [{ resource: found, expects: found.version, remove: true }],
        status: 204,
      }),
    });
  },
});

/** Routes about event types, which the operator says and every tenant may read. */
export const eventTypeRoutes = [
  listEventTypes,
  createEventType,
  putEventType,
  patchEventType,
  readOne,
  deleteEventType,
];

function find({ mirror }: Pick<ApiDeps, 'mirror'>, type: string) {
  return mirror.get('event_type', null, type);
}

async function register(
  deps: ApiDeps,
  call: Call,
  { type, settings }: { type: string; settings: EventTypeSettings },
): Promise<Answer> {
  assertTypeName(type);
  if (deps.mirror.count('event_type') >= limits.eventTypes) {
    throw new AppError('too_many_event_types');
  }
  const now = deps.clock.now();
  const value = { id: type, tenantId: null, ...settings, createdAt: now, updatedAt: now };
  return createConfig(deps, call, { ...changeOf(value, null), status: 201 });
}

function change(
  deps: ApiDeps,
  call: Call<{ type: string }>,
  settingsOf: (value: EventType) => EventTypeSettings,
): Promise<Answer> {
  return updateConfig(deps, call, {
    find: () => find(deps, call.params.type),
    change: ({ value, version }) => {
      const changed = { ...value, ...settingsOf(value), updatedAt: deps.clock.now() };
      return { ...changeOf(changed, version), status: 200 };
    },
  });
}

function changeOf(value: EventType, expects: number | null): Omit<ConfigChange, 'status'> {
  return {
    tenantId: null,
    writes: [{ resource: { kind: 'event_type', value }, expects, remove: false }],
    body: eventTypeView(value),
  };
}

function assertNotBuiltIn(type: string): void {
  if (!isReservedType(type)) return;
  throw new AppError('wrong_state', 'Types that begin with posthorn. are built in.');
}

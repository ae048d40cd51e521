import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import { mergeChanges, realChanges } from '../../core/context/changes.ts';
import type { Changes } from '../../core/context/changes.ts';
import { entityKey } from '../../core/context/entity-key.ts';
import type { EntityRef } from '../../core/event.ts';
import { limits } from '../../core/limits.ts';
import type { EntityAnswer } from '../../ingest/entities.ts';
import type { GuardedRow } from '../../store/finder.ts';
import type { ApiDeps } from '../deps.ts';
import { entityHistory } from '../entity-history.ts';
import { assertEntityVersion, etagOf, isKnown } from '../etag.ts';
import { replayOf } from '../idempotency.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { readContextUpdate, readEntityPatch } from '../read-context.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import {
  ContextUpdateBody,
  EntityBody,
  EntityChangedBody,
  EntityChangesBody,
  entityChangesQuery,
  entityParams,
  EntityPatchBody,
  entityPatchQuery,
  EntitySummaryBody,
} from '../schemas/context-schema.ts';
import { closed, eventType } from '../schemas/fields.ts';
import { traceHeaders } from '../traced.ts';
import {
  entityChangedView,
  entityChangesText,
  entitySummaryView,
  entityText,
} from '../views/entity-view.ts';

const refusals = [
  'validation_failed',
  'payload_too_large',
  'fan_out_too_large',
  'unknown_event_type',
  'conflict',
  'overloaded',
  'disk_full',
] as const;

const updateContext = route({
  method: 'POST',
  path: '/v1/context/updates',
  summary: 'Tell what changed in an entity; its subscribers get context.updated',
  scope: 'events:write',
  body: ContextUpdateBody,
  isBodyRaw: true,
  bodyBytes: limits.eventBytes,
  isIdempotent: true,
  headers: traceHeaders,
  answers: { 202: EntityChangedBody },
  fails: [...refusals, 'idempotency_conflict'],
  handle: async (call, deps) => {
    const change = readContextUpdate(call);
    const { tenant } = call.access;
    const { entity } = change;
    const { idempotency } = call;
    const keep =
      idempotency === null
        ? null
        : (told: Told) => idempotency.row(202, JSON.stringify(entityChangedView(entity, told)));
    const answer = await deps.entities.change(tenant, change, keep);
    if (answer.is === 'kept') return replayOf(answer.row);
    // A change has kept its answer with its event.
    if (answer.is === 'unchanged' && keep !== null) return keepAlone(deps, call, keep(answer));
    return { status: 202, body: entityChangedView(entity, answer) };
  },
});

type Told = Exclude<EntityAnswer, { is: 'kept' }>;

/** Keeps an answer that no change brought about, so that a repeat is no change either. */
async function keepAlone(
  { mirror }: ApiDeps,
  { access }: Call,
  idempotency: ReturnType<NonNullable<Call['idempotency']>['row']>,
): Promise<Answer> {
  const answer = await mirror.change({ tenantId: access.tenant, writes: [], idempotency });
  if (answer.is === 'idempotency_conflict') throw new AppError('idempotency_conflict');
  if (answer.is === 'repeated') return replayOf(answer.row);
  return { status: idempotency.status, text: Buffer.from(idempotency.body).toString() };
}

const patchEntity = route({
  method: 'PATCH',
  path: '/v1/entities/{type}/{id}',
  summary: 'Give new values of an entity, by JSON Merge Patch; what differs is told',
  scope: 'events:write',
  params: entityParams,
  query: entityPatchQuery,
  body: EntityPatchBody,
  isBodyRaw: true,
  contentTypes: ['application/json', 'application/merge-patch+json'],
  headers: traceHeaders,
  answers: { 200: EntityChangedBody },
  fails: [...refusals, 'version_mismatch'],
  handle: async (call, deps) => {
    const { type, id } = call.params;
    const entity = { type, id };
    const change = readEntityPatch(call, entity, (version) => assertEntityVersion(call, version));
    const answer = await deps.entities.change(call.access.tenant, change, null);
    if (answer.is === 'kept') return replayOf(answer.row);
    const headers = { etag: etagOf(answer.version) };
    return { status: 200, body: entityChangedView(entity, answer), headers };
  },
});

const readEntity = route({
  method: 'GET',
  path: '/v1/entities/{type}/{id}',
  summary: 'Show an entity as last told',
  scope: 'read',
  params: entityParams,
  headers: { 'If-None-Match': 'The `ETag` that you have: answers 304 while nothing changed.' },
  answers: { 200: EntityBody, 304: null },
  fails: ['not_found'],
  handle: async (call, deps) => {
    const row = await findEntity(deps, call, call.params);
    const headers = { etag: etagOf(row.version) };
    if (isKnown(call, row.version)) return { status: 304, headers };
    return { status: 200, text: entityText(row), headers };
  },
});

async function findEntity(
  { store }: ApiDeps,
  { access }: Pick<Call, 'access'>,
  { type, id }: EntityRef,
): Promise<GuardedRow> {
  const key = entityKey({ type, id });
  const row = await store.finder.guarded({ tenantId: access.tenant, kind: 'entity', id: key });
  if (row === null) throw new AppError('not_found', 'There is no such entity.');
  return row;
}

const listEntities = route({
  method: 'GET',
  path: '/v1/entities',
  summary: 'List entities, newest first',
  scope: 'read',
  query: closed({
    ...listQuery,
    type: Type.Optional({ ...eventType, description: 'Only of this type.', examples: ['contact'] }),
  }),
  answers: { 200: listOf(EntitySummaryBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store }) => {
    const { type } = call.query;
    const filter = {
      ...{ tenantId: call.access.reach, kind: 'entity' as const },
      ...(type === undefined ? {} : { group: type }),
    };
    const asked = pageOf(call);
    const page = { ...asked, limit: Math.min(asked.limit, limits.entitiesListed) };
    return listAnswer(call, await store.finder.guardedList(filter, page), entitySummaryView);
  },
});

const readChangesSince = route({
  method: 'GET',
  path: '/v1/entities/{type}/{id}/changes',
  summary: 'Show what changed in an entity since a version, each change and all in one',
  scope: 'read',
  params: entityParams,
  query: entityChangesQuery,
  answers: { 200: EntityChangesBody },
  fails: ['not_found', 'too_old', 'validation_failed'],
  handle: async (call, deps) => {
    const { type, id } = call.params;
    const entity = { type, id };
    const { since, limit: asked = limits.listDefault } = call.query;
    const { version } = await findEntity(deps, call, entity);
    if (since > version) throw tooNew(version);
    const wish = { tenantId: call.access.tenant, entity, since, version, limit: asked };
    const versions = await entityHistory(deps.store.finder, wish);
    const merged = versions.reduce<Changes>((all, { changes }) => mergeChanges(all, changes), none);
    const history = { versions, changes: realChanges(merged) };
    return { status: 200, text: entityChangesText({ entity, since, version }, history) };
  },
});

const none: Changes = new Map();

function tooNew(version: number): AppError {
  const errors = [{ pointer: '/since', message: `is newer than version ${version}, the newest` }];
  return new AppError('validation_failed', undefined, { errors });
}

/** Routes about entities and their changes. */
export const entityRoutes = [
  updateContext,
  listEntities,
  readEntity,
  patchEntity,
  readChangesSince,
];

import { AppError } from '../../core/app-error.ts';
import { bundleDocument } from '../../core/bundle/bundle-document.ts';
import type { NamedBundle } from '../../core/bundle/bundle.ts';
import { limits } from '../../core/limits.ts';
import { bundleOf, namedBundle } from '../../ingest/bundles.ts';
import type { BundleDone } from '../../ingest/bundles.ts';
import type { GuardedRow } from '../../store/finder.ts';
import { bundleChanges } from '../bundle-changes.ts';
import type { ApiDeps } from '../deps.ts';
import { assertEntityVersion, etagOf, isKnown } from '../etag.ts';
import { replayOf } from '../idempotency.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { readBundle, readBundleChain } from '../read-bundle.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import {
  BundleBody,
  bundleChangesQuery,
  BundleFinalizeBody,
  bundleFilters,
  BundlePutBody,
  BundleSummaryBody,
  JsonPatchBody,
} from '../schemas/bundle-schema.ts';
import { closed, id, idParams } from '../schemas/fields.ts';
import { traceHeaders } from '../traced.ts';
import { bundleSummaryView } from '../views/bundle-view.ts';

const refusals = [
  'validation_failed',
  'payload_too_large',
  'fan_out_too_large',
  'unknown_event_type',
  'conflict',
  'overloaded',
  'disk_full',
] as const;

const taking = {
  scope: 'events:write',
  body: BundlePutBody,
  isBodyRaw: true,
  bodyBytes: limits.bundleBytes + limits.bundleEnvelopeBytes,
  headers: traceHeaders,
} as const;

const createBundle = route({
  method: 'POST',
  path: '/v1/bundles',
  summary: 'Make a bundle; its first event is bundle.created',
  ...taking,
  isIdempotent: true,
  answers: { 201: BundleSummaryBody },
  fails: [...refusals, 'idempotency_conflict'],
  handle: async (call, deps) => {
    const { put, chain } = readBundle(call);
    const ref = { tenantId: call.access.tenant, id: deps.ids.make('bundle') };
    const keep = keeping(call, deps, 201);
    return answerBundle(call, deps, await deps.bundles.put(ref, put, { chain, ...keep, expects }));
  },
});

function expects(): void {
  // An id that was only now made has no version to expect.
}

const putBundle = route({
  method: 'PUT',
  path: '/v1/bundles/{id}',
  summary: 'Make a bundle, or its next version; the same again changes nothing',
  params: closed({ id }),
  ...taking,
  answers: { 200: BundleSummaryBody, 201: BundleSummaryBody },
  fails: [...refusals, 'wrong_state', 'version_mismatch'],
  handle: async (call, deps) => {
    const { put, chain } = readBundle(call);
    const ref = { tenantId: call.access.tenant, id: call.params.id };
    const expecting = (version: number | null) => assertEntityVersion(call, version ?? 0);
    const done = await deps.bundles.put(ref, put, { chain, expects: expecting });
    return answerBundle(call, deps, done);
  },
});

const finalizeBundle = route({
  method: 'POST',
  path: '/v1/bundles/{id}/finalize',
  summary: 'Make a bundle final, and tell so; doing it again changes nothing',
  scope: 'events:write',
  params: idParams,
  body: BundleFinalizeBody,
  isBodyOptional: true,
  isIdempotent: true,
  headers: traceHeaders,
  answers: { 200: BundleSummaryBody },
  fails: ['not_found', 'version_mismatch', 'conflict', 'overloaded', 'disk_full'],
  handle: async (call, deps) => {
    const ref = { tenantId: call.access.tenant, id: call.params.id };
    const done = await deps.bundles.finalize(ref, {
      chain: readBundleChain(call),
      expects: (version) => assertEntityVersion(call, version ?? 0),
      ...keeping(call, deps, 200),
    });
    return answerBundle(call, deps, done);
  },
});

function keeping(call: Call, deps: ApiDeps, status: number) {
  const claim = call.idempotency;
  if (claim === null) return {};
  const textOf = (named: NamedBundle): string => JSON.stringify(viewOf(call, deps, named));
  return { keep: (named: NamedBundle) => claim.row(status, textOf(named)) };
}

function answerBundle(call: Call, deps: ApiDeps, done: BundleDone): Answer {
  if (done.is === 'kept') return replayOf(done.row);
  const { named } = done;
  const headers = { etag: etagOf(named.version) };
  return { status: done.is === 'made' ? 201 : 200, body: viewOf(call, deps, named), headers };
}

function viewOf({ access }: Call, { publicUrl }: ApiDeps, named: NamedBundle) {
  return bundleSummaryView(named, { tenantId: access.tenant, publicUrl });
}

const listBundles = route({
  method: 'GET',
  path: '/v1/bundles',
  summary: 'List bundles, newest first, without their content',
  scope: 'read',
  query: closed({ ...listQuery, ...bundleFilters }),
  answers: { 200: listOf(BundleSummaryBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store, publicUrl }) => {
    const { conversationId, state } = call.query;
    const filter = {
      ...{ tenantId: call.access.reach, kind: 'bundle' as const },
      ...(conversationId === undefined ? {} : { group: conversationId }),
      ...(state === undefined ? {} : { state }),
    };
    const page = await store.finder.guardedList(filter, pageOf(call));
    return listAnswer(call, page, (row) =>
      bundleSummaryView(namedBundle(row), { tenantId: row.tenantId, publicUrl }),
    );
  },
});

const readBundleDocument = route({
  method: 'GET',
  path: '/v1/bundles/{id}',
  summary: 'Show a bundle with its content, whose bytes are those that were sent',
  scope: 'read',
  params: idParams,
  headers: { 'If-None-Match': 'The `ETag` that you have: answers 304 while nothing changed.' },
  answers: { 200: BundleBody, 304: null },
  fails: ['not_found', 'content_erased', 'conflict'],
  handle: async (call, deps) => {
    for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
      const row = await findBundle(call, deps);
      const headers = { etag: etagOf(row.version) };
      if (isKnown(call, row.version)) return { status: 304, headers };
      const found = await deps.store.finder.guardedContent(row);
      if (found === null) throw new AppError('content_erased');
      // Both are read one after the other: what came between is read again.
      if (found.version !== bundleOf(row).contentVersion) continue;
      return { status: 200, bytes: bundleDocument(namedBundle(row), found.content), headers };
    }
    throw new AppError('conflict');
  },
});

const readBundleChanges = route({
  method: 'GET',
  path: '/v1/bundles/{id}/changes',
  summary: 'Show what changed in a bundle since a version, as JSON Patch',
  scope: 'read',
  params: idParams,
  query: bundleChangesQuery,
  answers: { 200: JsonPatchBody },
  answerType: 'application/json-patch+json',
  fails: ['not_found', 'too_old', 'validation_failed'],
  handle: async (call, deps) => {
    const row = await findBundle(call, deps);
    const { since } = call.query;
    if (since > row.version) throw tooNew(row.version);
    const bytes = await bundleChanges(deps.store.finder, row, since);
    const headers = { etag: etagOf(row.version) };
    return { status: 200, bytes, contentType: 'application/json-patch+json', headers };
  },
});

function tooNew(version: number): AppError {
  const errors = [{ pointer: '/since', message: `is newer than version ${version}, the newest` }];
  return new AppError('validation_failed', undefined, { errors });
}

async function findBundle(
  { access, params }: Call<{ readonly id: string }>,
  { store }: ApiDeps,
): Promise<GuardedRow> {
  const asked = { tenantId: access.tenant, kind: 'bundle', id: params.id } as const;
  const row = await store.finder.guarded(asked);
  if (row === null) throw new AppError('not_found', 'There is no such bundle.');
  return row;
}

/** Routes about bundles and their versions. */
export const bundleRoutes = [
  createBundle,
  listBundles,
  readBundleDocument,
  putBundle,
  finalizeBundle,
  readBundleChanges,
];

import { hash } from 'node:crypto';
import type { Static } from 'typebox';
import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { Claim } from '../../core/claim/claim-links.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { EventId, TenantId } from '../../core/ids.ts';
import { instant } from '../../core/instant.ts';
import { safeContentType } from '../../core/safe-content-type.ts';
import { byteRange } from '../byte-range.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { claimParams, claimQuery } from '../schemas/claim-schema.ts';

type ClaimCall = Call<Static<typeof claimParams>, Static<typeof claimQuery>>;

/** Serves the data of an event to whoever has a signed link to it. */
export const readClaim = route({
  method: 'GET',
  path: '/v1/claims/{eventId}',
  summary: 'Read the data that a delivery has a link to',
  scope: null,
  params: claimParams,
  query: claimQuery,
  headers: {
    Range: 'Which bytes, such as `bytes=0-1048575`; several ranges are answered by the whole.',
    'If-Range': 'The `ETag` that the bytes before belong to.',
    'If-None-Match': 'The `ETag` that you have: answers 304.',
  },
  answers: { 200: Type.Unknown(), 206: Type.Unknown(), 304: null },
  answerType: '*/*',
  fails: ['not_found', 'claim_expired', 'range_not_satisfiable', 'store_unavailable'],
  handle: async (call, deps) => {
    const claim = claimOf(call);
    if (!deps.claims.isSigned(claim, call.query.signature)) throw new AppError('not_found');
    if (claim.expiresAt <= deps.clock.now()) throw new AppError('claim_expired');
    const event = await claimedEvent(deps, claim);
    if (event === null || event.dataErasedAt !== undefined) throw new AppError('claim_expired');
    return dataAnswer(call, event);
  },
});

function claimOf({ params, query }: ClaimCall): Claim {
  const [from, to] = query.versions?.split('-').map(Number) ?? [];
  return {
    tenantId: query.tenant as TenantId,
    eventId: params.eventId as EventId,
    versions: from === undefined || to === undefined ? null : { from, to },
    expiresAt: instant(Number(query.expires) * 1_000),
  };
}

async function claimedEvent(
  { store, mergeEvent }: ApiDeps,
  { tenantId, eventId, versions }: Claim,
): Promise<StoredEvent | null> {
  const event = await store.finder.event({ tenantId, id: eventId });
  return event === null || versions === null ? event : mergeEvent(event, versions);
}

function dataAnswer({ headers }: ClaimCall, { data, contentType }: StoredEvent): Answer {
  const etag = `"${hash('sha256', data, 'hex')}"`;
  const around = { ...asFile, etag };
  if (isNamed(headers['if-none-match'], etag)) return { status: 304, headers: around };
  const range = hasOther(headers['if-range'], etag)
    ? 'whole'
    : byteRange(headers.range, data.length);
  if (range === 'unsatisfiable') throw unsatisfiable(data.length);
  const type = safeContentType(contentType);
  if (range === 'whole') return { status: 200, bytes: data, contentType: type, headers: around };
  const { first, last } = range;
  return {
    status: 206,
    bytes: data.subarray(first, last + 1),
    contentType: type,
    headers: { ...around, 'content-range': `bytes ${first}-${last}/${data.length}` },
  };
}

/** It is anybody's text under this server's name: no browser may run it as a page. */
const asFile = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-cache',
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
} as const;

function isNamed(header: string | undefined, etag: string): boolean {
  const named = header?.split(',').map((each) => each.trim().replace(/^W\//, '')) ?? [];
  return named.includes('*') || named.includes(etag);
}

/** A date or another tag: what the caller has is not a part of this. */
function hasOther(header: string | string[] | undefined, etag: string): boolean {
  return header !== undefined && header !== etag;
}

function unsatisfiable(length: number): AppError {
  const headers = { 'content-range': `bytes */${length}` };
  return new AppError('range_not_satisfiable', `There are ${length} bytes.`, { headers });
}

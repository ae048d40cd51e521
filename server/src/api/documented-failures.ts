import { failures } from '../core/failures.ts';
import type { FailureCode } from '../core/failures.ts';
import type { Route } from './route.ts';

/** What a request may fail with before any route has seen it. */
const always: FailureCode[] = [
  'invalid_request',
  'request_timeout',
  'payload_too_large',
  'head_too_large',
  'internal',
];

/** What every route with a key may also fail with. */
const withKey: FailureCode[] = ['unauthorized', 'forbidden', 'shutting_down', 'store_unavailable'];

/** What every route that acts for a tenant may also fail with. */
const withTenant: FailureCode[] = ['tenant_required', 'unknown_tenant'];

/** What a route that keeps its answers may also fail with. */
const withIdempotency: FailureCode[] = [
  'invalid_idempotency_key',
  'idempotency_running',
  'idempotency_conflict',
];

const withBody: FailureCode[] = ['invalid_json', 'unsupported_media_type', 'validation_failed'];

/** Every failure that a route may answer, by its status. */
export function documentedFailures(route: Route): Map<number, FailureCode[]> {
  const { fails, scope, isOperators, isIdempotent, params, query, body } = route;
  const isTenants = scope !== null && isOperators !== true;
  const codes = new Set<FailureCode>([
    ...fails,
    ...always,
    ...(scope === null ? [] : withKey),
    ...(isTenants ? withTenant : []),
    ...(isIdempotent === true ? withIdempotency : []),
    ...(params === undefined && query === undefined ? [] : (['validation_failed'] as const)),
    ...(body === undefined ? [] : withBody),
  ]);
  return Map.groupBy(codes, (code) => failures[code].status);
}

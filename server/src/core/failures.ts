import { limits } from './limits.ts';

/** What a failure means to the caller. */
export type Failure = {
  /** The HTTP status it is answered with. */
  readonly status: number;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** Safe to show to anyone. */
  readonly says: string;
};

/** Every expected failure, by its stable code. */
export const failures = {
  invalid_request: { status: 400, retryable: false, says: 'The request cannot be understood.' },
  invalid_json: { status: 400, retryable: false, says: 'The body is not valid JSON.' },
  cursor_mismatch: {
    status: 400,
    retryable: false,
    says: 'The cursor is broken, or belongs to another filter. Start again without it.',
  },
  tenant_required: {
    status: 400,
    retryable: false,
    says: 'There are several tenants: name one with the Posthorn-Tenant header.',
  },
  invalid_idempotency_key: {
    status: 400,
    retryable: false,
    says: 'An idempotency key has 1 to 255 characters.',
  },
  unauthorized: { status: 401, retryable: false, says: 'A valid access key is needed.' },
  forbidden: { status: 403, retryable: false, says: 'This key does not allow that.' },
  not_found: { status: 404, retryable: false, says: 'There is no such thing here.' },
  unknown_tenant: { status: 404, retryable: false, says: 'There is no such tenant.' },
  method_not_allowed: { status: 405, retryable: false, says: 'This path has no such method.' },
  conflict: { status: 409, retryable: true, says: 'It was changed meanwhile. Read it again.' },
  already_exists: { status: 409, retryable: false, says: 'That id is taken.' },
  wrong_state: { status: 409, retryable: false, says: 'Its present state does not allow that.' },
  endpoint_settling: {
    status: 409,
    retryable: true,
    says: 'Deliveries that waited for this endpoint are still being ended. Try again shortly.',
  },
  too_many_replays: {
    status: 409,
    retryable: true,
    says: 'This tenant has as many unended replays as are kept. Wait, or cancel one.',
  },
  idempotency_running: {
    status: 409,
    retryable: true,
    says: 'The first request with this idempotency key is still running.',
  },
  lease_lost: { status: 409, retryable: false, says: 'Another node now owns this endpoint.' },
  too_old: {
    status: 410,
    retryable: false,
    says: 'What followed that version is no longer kept. Read the newest whole.',
  },
  cursor_too_old: { status: 410, retryable: false, says: 'What the cursor points at is gone.' },
  content_erased: {
    status: 410,
    retryable: false,
    says: 'Its content was erased.',
  },
  claim_expired: {
    status: 410,
    retryable: false,
    says: 'This link has ended, or what it led to was removed.',
  },
  version_mismatch: {
    status: 412,
    retryable: false,
    says: 'The version named by If-Match is not the current one.',
  },
  payload_too_large: { status: 413, retryable: false, says: 'The body is larger than allowed.' },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    says: 'This content type is not accepted here.',
  },
  range_not_satisfiable: {
    status: 416,
    retryable: false,
    says: 'There are no bytes in that range.',
  },
  validation_failed: { status: 422, retryable: false, says: 'Some fields are not valid.' },
  idempotency_conflict: {
    status: 422,
    retryable: false,
    says: 'This idempotency key was used with another body.',
  },
  fan_out_too_large: {
    status: 422,
    retryable: false,
    says: 'More endpoints want this event than one event may have deliveries.',
  },
  too_many_callback_origins: {
    status: 422,
    retryable: false,
    says: 'Callbacks of this tenant lead to more origins than are kept. Use an endpoint.',
  },
  unknown_event_type: {
    status: 422,
    retryable: false,
    says: 'Only event types that the operator has registered are taken here.',
  },
  too_many_event_types: {
    status: 422,
    retryable: false,
    says: `There are ${limits.eventTypes} event types, which is the most that are kept.`,
  },
  unstorable: { status: 422, retryable: false, says: 'The store cannot hold this event.' },
  address_forbidden: {
    status: 422,
    retryable: false,
    says: 'Deliveries to this address are not allowed.',
  },
  too_many_tests: {
    status: 429,
    retryable: true,
    says: `An endpoint takes ${limits.endpointTests} tests in a minute. Try again shortly.`,
  },
  too_many_streams: {
    status: 503,
    retryable: true,
    says: `This node has ${limits.streams} open streams, which is the most. Try again shortly.`,
  },
  request_timeout: { status: 408, retryable: true, says: 'The request took too long to arrive.' },
  head_too_large: { status: 431, retryable: false, says: 'The headers are larger than allowed.' },
  internal: { status: 500, retryable: true, says: 'Something went wrong on our side.' },
  overloaded: {
    status: 503,
    retryable: true,
    says: 'Too much is waiting to be saved. Try again shortly.',
  },
  shutting_down: { status: 503, retryable: true, says: 'This node is shutting down.' },
  store_unavailable: { status: 503, retryable: true, says: 'The store does not answer.' },
  disk_full: { status: 507, retryable: true, says: 'The disk is full; nothing was accepted.' },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

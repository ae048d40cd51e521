import type { FailureCode } from './failures.ts';

/** What a caller can do about each failure, in one or two sentences. */
export const failureAdvice: Readonly<Record<FailureCode, string>> = {
  invalid_request:
    'Read `detail`: it names what could not be understood, such as a header or the query.',
  invalid_json:
    'Send one JSON value in UTF-8. `detail` names the place at which it stopped being JSON.',
  cursor_mismatch:
    'A cursor goes with the filter that it came with. Keep the query and change only `cursor`.',
  tenant_required:
    'Send `Posthorn-Tenant: ID` with the operator’s key, or use a key of the tenant.',
  invalid_idempotency_key:
    'Send a new random text, such as a UUID, for each thing that is to happen once.',
  unauthorized:
    'Send `Authorization: Bearer ph_…`. A key that was removed or has expired answers the same.',
  forbidden: 'Use a key with the scope that the description of the operation names.',
  not_found: 'Check the id and the tenant: what belongs to another tenant answers the same.',
  unknown_tenant: 'Make the tenant first: `PUT /v1/tenants/{id}`.',
  method_not_allowed: 'The `Allow` header names the methods of this path.',
  conflict: 'Read the thing again, apply your change to what it is now, and send it again.',
  already_exists: 'Choose another id, or change the one that exists with PUT or PATCH.',
  wrong_state: '`detail` names the present state and what is possible in it.',
  endpoint_settling: 'Wait as long as `Retry-After` says and send the same request again.',
  too_many_replays: 'List the replays, and wait for one to end or cancel one.',
  idempotency_running: 'Wait as long as `Retry-After` says; the answer will be the first one’s.',
  lease_lost: 'Send the request again: it will reach the node that now owns the endpoint.',
  content_erased: 'Put the bundle again with other content. The list still shows the rest of it.',
  claim_expired:
    'Have the delivery retried or replayed: it then brings a fresh link. ' +
    'Data that was erased or has outlived its retention is gone.',
  range_not_satisfiable: '`Content-Range` says how many bytes there are.',
  too_old:
    'Read it whole, with its version, and ask for what follows that. ' +
    'How much of a history is kept stands among the limits.',
  cursor_too_old: 'What it points at was removed by retention. Start again without a cursor.',
  too_many_streams:
    'Wait as long as `Retry-After` says, read several tasks in one stream, or add a node.',
  version_mismatch: 'Read the thing again and send its `ETag` as `If-Match`.',
  payload_too_large: '`detail` names the limit. Send less, or a link to where the rest lies.',
  unsupported_media_type: '`detail` names the content types that this operation takes.',
  validation_failed: '`errors` names each wrong field by JSON pointer and says what it must be.',
  idempotency_conflict: 'Use a new key for a new request; a key stands for one body for 24 hours.',
  fan_out_too_large: 'Narrow the subscriptions, or publish the event in parts under other types.',
  too_many_callback_origins: 'Make one endpoint per receiver and subscribe it.',
  too_many_tests: 'Wait a minute, or send an event that the endpoint is subscribed to.',
  unknown_event_type: 'Register the type with `PUT /v1/event-types/{type}`, or correct its name.',
  too_many_event_types: 'Remove types that nobody publishes any more.',
  unstorable: 'Send the event in another shape; if it goes on, tell us about it.',
  address_forbidden:
    'Private addresses are blocked. Allow a network with `serve --allow-address CIDR`, or bring ' +
    'events to your machine with `posthorn listen`.',
  request_timeout: 'Send the whole request within the time that `detail` names.',
  head_too_large: 'Send fewer or shorter headers.',
  internal: 'Send the same request again. If it goes on, look for the request id in the log.',
  overloaded: 'Nothing was accepted. Send the same request again after `Retry-After`.',
  shutting_down:
    'Nothing was accepted. Send the same request again; another node or this one, ' +
    'started again, will answer.',
  store_unavailable: 'Nothing is known to be accepted. Send it again with the same id.',
  disk_full: 'Nothing was accepted. Free some of the disk that holds the data directory.',
};

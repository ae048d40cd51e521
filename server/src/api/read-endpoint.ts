import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { AlertSettings } from '../core/alert/contact.ts';
import { endpointDefaults } from '../core/endpoint-defaults.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { limits } from '../core/limits.ts';
import { shortRetry, standardRetry } from '../core/retry-policy.ts';
import type { RetryPolicy } from '../core/retry-policy.ts';
import { assertAddress } from './assert-address.ts';
import type { ApiDeps } from './deps.ts';
import { headersErrors } from './endpoint-errors.ts';
import { readAlerts } from './read-alerts.ts';
import type { EndpointSettingsBody, RetryInput } from './schemas/endpoint-schema.ts';

/** What a caller sets on an endpoint. */
export type EndpointSettings = Pick<
  Endpoint,
  | 'url'
  | 'description'
  | 'headers'
  | 'scheme'
  | 'headerNames'
  | 'format'
  | 'retry'
  | 'retryAfterMaxMs'
  | 'breaker'
  | 'timeoutMs'
  | 'maxInFlight'
  | 'ratePerSecond'
  | 'orderWaitMs'
  | 'onDead'
  | 'maxAgeMs'
  | 'metadata'
> &
  Required<AlertSettings>;

type Body = Static<typeof EndpointSettingsBody>;

/** Makes settings of a checked body, defaults filled in; throws what is wrong with them. */
export function readEndpoint(deps: ApiDeps, body: Body): EndpointSettings {
  const errors = headersErrors(body.headers, '/headers');
  if (isTooLong(body.metadata)) {
    errors.push({ pointer: '/metadata', message: `has over ${limits.metadataBytes} bytes` });
  }
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  assertAddress(deps, body.url, '/url');
  const unsaid = endpointDefaults;
  return {
    url: body.url,
    description: body.description ?? unsaid.description,
    headers: Object.entries(body.headers ?? {}),
    ...readPolicies(body),
    scheme: body.scheme ?? unsaid.scheme,
    headerNames: body.headerNames ?? unsaid.headerNames,
    format: body.format ?? unsaid.format,
    onDead: body.onDead ?? unsaid.onDead,
    ...readAlerts(body),
    metadata: body.metadata ?? unsaid.metadata,
  };
}

function readPolicies(body: Body) {
  const unsaid = endpointDefaults;
  return {
    retry: body.retry === undefined || body.retry === null ? unsaid.retry : presetOf(body.retry),
    retryAfterMaxMs: body.retryAfterMaxMs ?? unsaid.retryAfterMaxMs,
    breaker: { ...unsaid.breaker, ...body.breaker },
    timeoutMs: body.timeoutMs ?? unsaid.timeoutMs,
    maxInFlight: body.maxInFlight ?? unsaid.maxInFlight,
    ratePerSecond: body.ratePerSecond ?? unsaid.ratePerSecond,
    orderWaitMs: body.orderWaitMs ?? unsaid.orderWaitMs,
    maxAgeMs: body.maxAgeMs ?? unsaid.maxAgeMs,
  };
}

function isTooLong(metadata: Body['metadata']): boolean {
  if (metadata === undefined || metadata === null) return false;
  return Buffer.byteLength(JSON.stringify(metadata)) > limits.metadataBytes;
}

/** The policy that a preset names, or the one that was spelled out. */
export function presetOf(retry: RetryInput): RetryPolicy {
  if (retry === 'standard') return standardRetry;
  if (retry === 'short') return shortRetry;
  return { ...retry, jitter: retry.jitter ?? standardRetry.jitter };
}

import type { Static } from 'typebox';
import type { FieldError } from '../core/app-error.ts';
import type { NewCallback } from '../ingest/new-event.ts';
import { headersErrors, secretErrors } from './endpoint-errors.ts';
import { presetOf } from './read-endpoint.ts';
import type { callbackInput } from './schemas/event-schema.ts';
import { typesErrors } from './subscription-errors.ts';

type CallbackBody = Static<typeof callbackInput>;

/** What is wrong with a callback beyond its schema. */
export function callbackErrors({ types, secret, headers }: CallbackBody): FieldError[] {
  return [
    ...typesErrors(types ?? [], '/callback/types'),
    ...secretErrors(secret, 'standard', '/callback/secret'),
    ...headersErrors(headers, '/callback/headers'),
  ];
}

/** Makes a callback of a checked body; null for none. */
export function callbackOf(callback: CallbackBody | null | undefined): NewCallback | null {
  if (callback === undefined || callback === null) return null;
  return {
    url: callback.url,
    types: callback.types ?? null,
    secret: callback.secret ?? null,
    retry: callback.retry === undefined ? null : presetOf(callback.retry),
    timeoutMs: callback.timeoutMs ?? null,
    headers: Object.entries(callback.headers ?? {}),
    ...(callback.format === undefined ? {} : { format: callback.format }),
  };
}

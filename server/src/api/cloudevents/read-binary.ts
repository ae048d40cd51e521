import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../core/app-error.ts';
import { readHeaderAttribute } from '../../core/header-attribute.ts';
import type { NewEvent } from '../../ingest/new-event.ts';
import { newEventOf } from './new-event-of.ts';

const prefix = 'ce-';

/** Reads the CloudEvent of a request in binary mode: attributes in headers, data in the body. */
export function readBinary(headers: IncomingHttpHeaders, raw: Buffer): NewEvent {
  const attributes = new Map<string, string>();
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(prefix) || value === undefined) continue;
    const name = header.slice(prefix.length);
    if (name === 'datacontenttype') throw invalid(header, 'is what Content-Type says already');
    const read = readHeaderAttribute(String(value));
    if (read === null) throw invalid(header, 'must be UTF-8, percent-encoded');
    attributes.set(name, read);
  }
  const contentType = headers['content-type'] ?? null;
  if (contentType !== null) attributes.set('datacontenttype', contentType);
  return newEventOf({ attributes, data: raw, contentType, at: pointerOf });
}

function pointerOf(name: string): string {
  return name === 'datacontenttype' ? '/content-type' : `/${prefix}${name}`;
}

function invalid(header: string, message: string): AppError {
  const errors = [{ pointer: `/${header}`, message }];
  return new AppError('validation_failed', undefined, { errors });
}

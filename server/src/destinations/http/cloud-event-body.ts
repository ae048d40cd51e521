import { isUtf8 } from 'node:buffer';
import { cloudEventAttributes, hasData } from '../../core/cloud-event-attributes.ts';
import type { Event } from '../../core/event.ts';
import { isJsonType } from '../../core/json-type.ts';
import type { FormattedBody } from './format.ts';
import { headerText } from './header-text.ts';
import { safeContentType } from '../../core/safe-content-type.ts';

/** The JavaScript library of CloudEvents refuses a charset in capitals. */
const structuredType = 'application/cloudevents+json; charset=utf-8';
const textual = /^\s*(text\/|application\/([\w.+-]+\+)?xml\s*(;|$))/i;

/** Attributes in `ce-` headers, the data itself in the body; a header cannot hold a quote bare. */
export function binaryCloudEvent(event: Event): FormattedBody {
  const headers: string[] = [];
  for (const [name, value] of cloudEventAttributes(event)) {
    if (name === 'datacontenttype') continue;
    headers.push(`ce-${name}`, headerText(String(value)).replaceAll('"', '%22'));
  }
  const contentType = hasData(event) ? safeContentType(event.contentType) : null;
  return { bytes: event.data, contentType, headers };
}

/** One JSON object of attributes and data; JSON data stands in it byte for byte. */
export function structuredCloudEvent(event: Event): FormattedBody {
  const attributes = JSON.stringify(Object.fromEntries(cloudEventAttributes(event)));
  const [name, value] = dataMember(event);
  const head = name === null ? attributes.slice(0, -1) : `${attributes.slice(0, -1)},"${name}":`;
  const bytes = Buffer.concat([Buffer.from(head), value, Buffer.from('}')]);
  return { bytes, contentType: structuredType };
}

function dataMember(event: Event): [name: 'data' | 'data_base64' | null, value: Uint8Array] {
  const { data, contentType } = event;
  if (!hasData(event)) return [null, data];
  if (isJsonType(contentType)) return ['data', data];
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (textual.test(contentType) && isUtf8(bytes)) {
    return ['data', Buffer.from(JSON.stringify(bytes.toString('utf8')))];
  }
  return ['data_base64', Buffer.from(`"${bytes.toString('base64')}"`)];
}

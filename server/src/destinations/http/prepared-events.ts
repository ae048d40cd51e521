import { hash } from 'node:crypto';
import type { BodyFormat } from '../../core/endpoint.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { Position } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { formatBody } from './format.ts';
import type { FormattedBody } from './format.ts';
import { headerText } from './header-text.ts';

/** What all deliveries of one event have in common. */
export type PreparedEvent = {
  readonly bodies: Map<BodyFormat, FormattedBody>;
  /** 32 hexadecimal digits, the same for all events of one correlation. */
  readonly traceId: string;
  /** The header lines that tell about the event, flat: name, value, name, value … */
  readonly headers: readonly string[];
};

/**
 * Keeps what was made for the latest events, so that fan-out does not make it again. When the
 * younger half is full it becomes the older one, and what was older is forgotten.
 */
export class PreparedEvents {
  #young = new Map<Position, PreparedEvent>();
  #old = new Map<Position, PreparedEvent>();
  #youngBytes = 0;

  of(event: StoredEvent): PreparedEvent {
    const known = this.#young.get(event.position) ?? this.#old.get(event.position);
    if (known !== undefined) return known;
    const made = prepare(event);
    this.#young.set(event.position, made);
    this.#count(event.data.length);
    return made;
  }

  body(event: StoredEvent, format: BodyFormat): FormattedBody {
    const { bodies } = this.of(event);
    const known = bodies.get(format);
    if (known !== undefined) return known;
    const made = formatBody(event, format);
    bodies.set(format, made);
    this.#count(made.bytes.length);
    return made;
  }

  #count(bytes: number): void {
    this.#youngBytes += bytes;
    if (this.#youngBytes <= limits.preparedEventBytes / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}

function prepare(event: StoredEvent): PreparedEvent {
  const { correlationId, causationId, hops, source, entity, key, tenantId } = event;
  const headers = ['posthorn-tenant', headerText(tenantId)];
  headers.push('posthorn-correlation-id', headerText(correlationId));
  if (causationId !== null) headers.push('posthorn-causation-id', headerText(causationId));
  if (hops > 0) headers.push('posthorn-hops', `${hops}`);
  if (source !== null) headers.push('posthorn-source', headerText(source));
  if (entity !== null) {
    const type = headerText(entity.type).replaceAll('/', '%2F');
    headers.push('posthorn-entity', `${type}/${headerText(entity.id)}`);
  }
  if (key !== null) headers.push('posthorn-key', headerText(key));
  const traceId = hash('sha256', correlationId, 'hex').slice(0, 32);
  return { bodies: new Map(), traceId, headers };
}

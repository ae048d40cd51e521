import type { Claim } from './claim.ts';
import type { HeaderValues } from './header-values.ts';

/** What the headers tell of an event beside its body. Null where the sender said nothing. */
export type WebhookContext = {
  /** The same for all events of one chain. */
  readonly correlationId: string | null;
  /** The event that this one followed from. */
  readonly causationId: string | null;
  /** How many events led to this one; null for the first of a chain. */
  readonly hops: number | null;
  readonly tenant: string | null;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly source: string | null;
  readonly entity: { readonly type: string; readonly id: string } | null;
  readonly key: string | null;
  /** Whether somebody asked for it to be sent again. */
  readonly isReplay: boolean;
  /** How many older reports this delivery stands for beside itself. */
  readonly supersededCount: number;
  /** When this attempt was signed. */
  readonly signedAt: Date;
};

/** A verified event. Continue its chain by publishing with `causationId: event.id`. */
export type WebhookEvent<Data = unknown> = {
  readonly id: string;
  /** Empty when neither body nor headers name one: the format `raw`. */
  readonly type: string;
  /** When it happened, in RFC 3339. */
  readonly timestamp: string;
  readonly data: Data;
  readonly context: WebhookContext;
};

type Received = { readonly claim: Claim; readonly values: HeaderValues; readonly body: Uint8Array };
type Told = Pick<WebhookEvent, 'type' | 'data'> & { readonly timestamp: string | null };

/** Reads a body in any of the formats that Posthorn sends; what is not JSON becomes text. */
export function readEvent({ claim, values, body }: Received): WebhookEvent {
  const text = new TextDecoder().decode(body);
  const told = fromHeaders(values, text) ?? fromBody(parsed(text));
  const context = readContext(values, claim);
  const timestamp = told.timestamp ?? context.signedAt.toISOString();
  return { id: claim.id, type: told.type, timestamp, data: told.data, context };
}

/** A CloudEvent in binary mode: its attributes are headers. */
function fromHeaders(values: HeaderValues, text: string): Told | null {
  const type = values.get('ce-type')?.[0];
  if (type === undefined) return null;
  return { type, timestamp: values.get('ce-time')?.[0] ?? null, data: parsed(text) };
}

function fromBody(body: unknown): Told {
  if (typeof body === 'object' && body !== null) {
    const { type, event, timestamp, time } = body as Record<string, unknown>;
    if (typeof type === 'string' && 'data' in body) {
      return { type, timestamp: textOr(timestamp) ?? textOr(time), data: body.data };
    }
    if (typeof event === 'string') {
      const { event: _, ...fields } = body as Record<string, unknown>;
      const isWrapped = 'data' in fields && Object.keys(fields).length <= 2;
      const data = isWrapped ? fields['data'] : fields;
      return { type: event, timestamp: textOr(timestamp), data };
    }
  }
  return { type: '', timestamp: null, data: body };
}

function readContext(values: HeaderValues, { timestamp }: Claim): WebhookContext {
  const said = (name: string): string | null => decoded(values.get(`posthorn-${name}`)?.[0]);
  const count = (name: string): number | null => {
    const text = said(name);
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  return {
    correlationId: said('correlation-id'),
    causationId: said('causation-id'),
    hops: count('hops'),
    tenant: said('tenant'),
    attempt: count('attempt') ?? 1,
    source: said('source'),
    entity: entityOf(values.get('posthorn-entity')?.[0]),
    key: said('key'),
    isReplay: said('replay') !== null,
    supersededCount: count('superseded') ?? 0,
    signedAt: new Date(timestamp * 1_000),
  };
}

/** `type/id`, each percent-encoded; a slash in the type is always encoded. */
function entityOf(text: string | undefined): WebhookContext['entity'] {
  const [, type, id] = /^([^/]*)\/(.*)$/s.exec(text ?? '') ?? [];
  if (type === undefined || id === undefined) return null;
  return { type: decoded(type) ?? type, id: decoded(id) ?? id };
}

/** Header values of Posthorn are percent-encoded where they are not plain ASCII. */
function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

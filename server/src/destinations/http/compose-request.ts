import { hash } from 'node:crypto';
import type { HeaderLines } from '../../core/attempt.ts';
import { traceParent } from '../../core/trace-context.ts';
import type { SendOrder } from '../destination.ts';
import type { FormattedBody } from './format.ts';
import type { PreparedEvent } from './prepared-events.ts';
import { masked } from './masked-headers.ts';
import { keysAt, signHex, signStandard } from './sign.ts';
import type { Target } from './target.ts';

/** A request as it goes out. */
export type OutgoingRequest = {
  readonly path: string;
  /** Flat: name, value, name, value … */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
};

/** What a request is composed of. */
export type RequestParts = {
  readonly order: SendOrder;
  readonly target: Target;
  readonly event: PreparedEvent;
  readonly body: FormattedBody;
  /** The wall clock's Unix second at which this attempt starts; it is signed. */
  readonly wallSeconds: number;
  readonly userAgent: string;
};

/** Whoever has its value may report on the delivery. */
const ackTokenHeader = 'posthorn-ack-token';

/** Left unset, it would keep a receiver that follows its callers from recording anything. */
const sampled = 1;

/** Composes and signs one attempt's request. */
export function composeRequest(parts: RequestParts): OutgoingRequest {
  const headers = ownHeaders(parts);
  for (const [name, value] of parts.target.endpoint.headers) headers.push(name, value);
  return { path: parts.target.path, headers, body: parts.body.bytes };
}

/** The header lines of a request for the log: custom values are masked. */
export function shownHeaders(request: OutgoingRequest, target: Target): HeaderLines {
  const lines: [string, string][] = [];
  const ownCount = request.headers.length / 2 - target.shownHeaders.length;
  for (let i = 0; i < ownCount; i += 1) {
    const name = request.headers[2 * i] ?? '';
    lines.push([name, name === ackTokenHeader ? masked : (request.headers[2 * i + 1] ?? '')]);
  }
  return [...lines, ...target.shownHeaders];
}

function ownHeaders({
  order,
  target,
  event,
  body,
  wallSeconds,
  userAgent,
}: RequestParts): string[] {
  const headers = body.contentType === null ? [] : ['content-type', body.contentType];
  if (body.headers !== undefined) headers.push(...body.headers);
  if (!target.setsUserAgent) headers.push('user-agent', userAgent);
  const prefix = target.endpoint.headerNames;
  headers.push(`${prefix}-id`, order.event.id, `${prefix}-timestamp`, `${wallSeconds}`);
  pushSignature(headers, { order, target, body, wallSeconds });
  pushTrace(headers, order, event);
  headers.push('posthorn-attempt', `${order.number}`);
  headers.push(...event.headers);
  if (order.isReplay) headers.push('posthorn-replay', 'true');
  if (order.supersededCount !== undefined) {
    headers.push('posthorn-superseded', `${order.supersededCount}`);
  }
  if (order.ackToken !== undefined) {
    headers.push('posthorn-delivery-id', order.deliveryId, ackTokenHeader, order.ackToken);
  }
  return headers;
}

/**
 * Every attempt is a span of its own in the trace that the event came with, or else in one that all
 * events of its correlation share. Without traces here its id is made of the attempt's.
 */
function pushTrace(headers: string[], { trace, event, attemptId }: SendOrder, made: PreparedEvent) {
  if (trace !== undefined) headers.push('traceparent', traceParent(trace));
  else {
    const { traceId, flags } = event.trace ?? { traceId: made.traceId, flags: sampled };
    const spanId = hash('sha256', attemptId, 'hex').slice(0, 16);
    headers.push('traceparent', traceParent({ traceId, spanId, flags }));
  }
  const state = (trace ?? event.trace)?.state ?? null;
  if (state !== null) headers.push('tracestate', state);
}

type Signed = Pick<RequestParts, 'order' | 'target' | 'body' | 'wallSeconds'>;

function pushSignature(headers: string[], { order, target, body, wallSeconds }: Signed): void {
  const { scheme, headerNames } = target.endpoint;
  const keys = keysAt(target.keys, order.startedAt);
  if (scheme === 'none' || keys.length === 0) return;
  if (scheme === 'standard') {
    const content = { id: order.event.id, timestamp: wallSeconds, body: body.bytes };
    headers.push(`${headerNames}-signature`, signStandard(content, keys));
    return;
  }
  headers.push('X-Webhook-Timestamp', `${wallSeconds * 1_000}`);
  headers.push('X-Webhook-Signature', signHex(body.bytes, keys) ?? '');
}

import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import { attemptError } from '../core/attempt-error.ts';
import type { Outcome } from '../core/attempt.ts';
import type { DeliveryId, EndpointId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Emit, Signal } from '../core/signal.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { OpenSpan, TracedAttempt, Tracing } from '../core/tracing.ts';
import { scrubSecrets } from './scrub-secrets.ts';
import { PassedState } from './trace-state.ts';

type DeliverySpan = { readonly span: Span; readonly endpointId: EndpointId };

const stillPending = 'pending';

/**
 * Records spans with the tracer provider that is registered for the process, or null when none is:
 * `posthorn.accept`, of it `posthorn.delivery`, of that `posthorn.attempt`.
 */
export function openTracing(version: string): Tracing | null {
  const tracer = trace.getTracer('posthorn', version);
  // Without a provider every span is the same one, which stands nowhere. This one is never ended,
  // so a provider exports nothing.
  const isRecorded = isSpanContextValid(tracer.startSpan('probe').spanContext());
  return isRecorded ? new OtelTracing(tracer) : null;
}

class OtelTracing implements Tracing {
  readonly #tracer: Tracer;
  readonly #deliveries = new Map<DeliveryId, DeliverySpan>();
  readonly #open = new Set<Span>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  accepting({ tenantId, eventCount, trace: from }: Parameters<Tracing['accepting']>[0]) {
    const span = this.#tracer.startSpan(
      'posthorn.accept',
      {
        kind: SpanKind.PRODUCER,
        attributes: { 'posthorn.tenant.id': tenantId, 'posthorn.event.count': eventCount },
      },
      contextOf(from ?? undefined),
    );
    return this.#opened(span, (cause: unknown) => {
      if (cause !== null) failed(span, cause instanceof Error ? cause.name : 'unknown');
    });
  }

  attempting(attempt: TracedAttempt): OpenSpan<Outcome> {
    const delivery = this.#deliveryOf(attempt);
    const { hostname, port } = new URL(attempt.endpoint.url);
    const attributes = {
      ...attributesOf(attempt),
      'posthorn.attempt.id': attempt.attemptId,
      'posthorn.attempt.number': attempt.number,
      'http.request.method': 'POST',
      'server.address': hostname,
      ...(port === '' ? {} : { 'server.port': Number(port) }),
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = this.#tracer.startSpan(
      'posthorn.attempt',
      options,
      trace.setSpan(ROOT_CONTEXT, delivery.span),
    );
    return this.#opened(span, (outcome: Outcome) => describe(span, outcome));
  }

  readonly emit: Emit = (signal) => {
    if (signal.signal === 'delivery_ended') this.#end(signal.deliveryId, signal.as);
    if (signal.signal === 'deliveries_closed') this.#close(signal);
  };

  close(): void {
    for (const span of this.#open) failed(span, 'interrupted').end();
    this.#open.clear();
    for (const id of this.#deliveries.keys()) this.#end(id, stillPending);
  }

  #opened<Ending>(span: Span, describeEnd: (ending: Ending) => void): OpenSpan<Ending> {
    this.#open.add(span);
    return {
      trace: placeOf(span),
      end: (ending) => {
        if (!this.#open.delete(span)) return;
        describeEnd(ending);
        span.end();
      },
    };
  }

  #deliveryOf(attempt: TracedAttempt): DeliverySpan {
    const known = this.#deliveries.get(attempt.deliveryId);
    if (known !== undefined) return known;
    const { event, endpoint, number, deliveryId } = attempt;
    // A later attempt goes on after a restart: what was before it has a span of its own.
    const startTime = number === 1 ? { startTime: event.acceptedAt } : {};
    const span = this.#tracer.startSpan(
      'posthorn.delivery',
      { kind: SpanKind.INTERNAL, attributes: attributesOf(attempt), ...startTime },
      contextOf(event.trace),
    );
    const made = { span, endpointId: endpoint.id };
    this.#deliveries.set(deliveryId, made);
    if (this.#deliveries.size > limits.tracedDeliveries) this.#endOldest();
    return made;
  }

  #endOldest(): void {
    const [oldest] = this.#deliveries.keys();
    if (oldest !== undefined) this.#end(oldest, stillPending);
  }

  #close(closed: Extract<Signal, { signal: 'deliveries_closed' }>): void {
    const { deliveryId, deliveryIds, endpointId, as } = closed;
    if (deliveryId !== null) return this.#end(deliveryId, as);
    if (deliveryIds !== undefined) {
      for (const id of deliveryIds) this.#end(id, as);
      return;
    }
    // Old ones expire while others of their endpoint wait on; anything else ends all of them.
    if (as === 'expired') return;
    for (const [id, delivery] of this.#deliveries) {
      if (delivery.endpointId === endpointId) this.#end(id, as);
    }
  }

  #end(deliveryId: DeliveryId, as: string): void {
    const delivery = this.#deliveries.get(deliveryId);
    if (delivery === undefined) return;
    this.#deliveries.delete(deliveryId);
    const { span } = delivery;
    span.setAttribute('posthorn.delivery.ended_as', as);
    if (!peaceful.has(as)) failed(span, as);
    span.end();
  }
}

/** Ends that are no failure of a delivery. */
const peaceful: ReadonlySet<string> = new Set([
  'delivered',
  'cancelled',
  'superseded',
  stillPending,
]);

function attributesOf({ event, endpoint, deliveryId }: TracedAttempt) {
  return {
    'posthorn.tenant.id': event.tenantId,
    'posthorn.event.id': event.id,
    'posthorn.event.type': event.type,
    'posthorn.endpoint.id': endpoint.id,
    'posthorn.delivery.id': deliveryId,
  };
}

function describe(span: Span, outcome: Outcome): void {
  if (outcome.kind === 'answered') span.setAttribute('http.response.status_code', outcome.status);
  const error = attemptError(outcome);
  if (error !== null) failed(span, error);
}

function failed(span: Span, error: string): Span {
  const message = scrubSecrets(error);
  return span
    .setAttribute('error.type', message)
    .setStatus({ code: SpanStatusCode.ERROR, message });
}

/** What is a child of this place; without one it begins a trace of its own. */
function contextOf(place: TraceContext | undefined): Context {
  if (place === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, flags, state } = place;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId, traceFlags: flags, isRemote: true },
    ...(state === null ? {} : { traceState: PassedState.of(state) }),
  });
}

function placeOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const state = traceState?.serialize() ?? '';
  return { traceId, spanId, flags: traceFlags, state: state === '' ? null : state };
}

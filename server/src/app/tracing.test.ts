import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openTracing } from '../telemetry/otel-tracing.ts';
import { CallbackStage } from './contract/callback-stage.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const incoming = { traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'acme=1' };
const exporter = new InMemorySpanExporter();

beforeEach(() => {
  exporter.reset();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
});
afterEach(() => {
  trace.disable();
  context.disable();
});

test('an event is one trace from its publisher to the endpoint', async () => {
  await using stage = await CallbackStage.open();
  await publish(stage, incoming);

  const [request] = await stage.arrived(1);
  await stage.stop();

  const { accept, delivery, attempt } = spans();
  assert.deepEqual(
    [accept, delivery, attempt].map((span) => span?.spanContext().traceId),
    [traceId, traceId, traceId],
  );
  assert.equal(accept?.parentSpanContext?.spanId, parentId);
  assert.equal(delivery?.parentSpanContext?.spanId, accept.spanContext().spanId);
  assert.equal(attempt?.parentSpanContext?.spanId, delivery.spanContext().spanId);
  assert.equal(request?.headers['traceparent'], parentOf(attempt));
  assert.equal(request?.headers['tracestate'], 'acme=1');
});

test('spans tell what was sent where, and how it ended', async () => {
  await using stage = await CallbackStage.open();
  const { id } = await publish(stage);

  await stage.arrived(1);
  await stage.stop();

  const { delivery, attempt } = spans();
  assert.deepEqual([delivery?.kind, attempt?.kind], [SpanKind.INTERNAL, SpanKind.CLIENT]);
  assert.partialDeepStrictEqual(delivery?.attributes, {
    'posthorn.tenant.id': 'default',
    'posthorn.event.id': id,
    'posthorn.event.type': 'a.b',
    'posthorn.delivery.ended_as': 'delivered',
  });
  assert.partialDeepStrictEqual(attempt?.attributes, {
    'posthorn.attempt.number': 1,
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
  });
  assert.equal(attempt?.status.code, SpanStatusCode.UNSET);
});

test('each attempt is a span of its own under one delivery, and a failure is marked', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(503);
  await publish(stage, incoming);

  const requests = await stage.arrived(2);
  await stage.stop();

  const [first, second] = named('posthorn.attempt');
  assert.equal(named('posthorn.delivery').length, 1);
  assert.equal(first?.parentSpanContext?.spanId, second?.parentSpanContext?.spanId);
  assert.deepEqual(first?.status, { code: SpanStatusCode.ERROR, message: 'http_503' });
  assert.equal(second?.status.code, SpanStatusCode.UNSET);
  assert.deepEqual(
    requests.map(({ headers }) => headers['traceparent']),
    [first, second].map(parentOf),
  );
});

test('what is under way when the server stops is ended, not lost', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(0);
  await publish(stage);

  await stage.arrived(1);
  await stage.stop();

  const { delivery, attempt } = spans();
  assert.equal(attempt?.status.message, 'interrupted');
  assert.equal(delivery?.attributes['posthorn.delivery.ended_as'], 'pending');
  assert.ok(exporter.getFinishedSpans().every(({ ended }) => ended));
});

test('a delivery that is cancelled while it waits ends its span', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(500);
  await publish(stage);
  await stage.arrived(1);
  const id = await deliveryId(stage);

  await stage.call('POST', `/v1/deliveries/${id}/cancel`);

  assert.equal(spans().delivery?.attributes['posthorn.delivery.ended_as'], 'cancelled');
});

test('a trace that its publisher does not record is passed on and not recorded here', async () => {
  await using stage = await CallbackStage.open();
  await publish(stage, { traceparent: `00-${traceId}-${parentId}-00` });

  const [request] = await stage.arrived(1);
  await stage.stop();

  assert.match(request?.headers['traceparent'] ?? '', new RegExp(`^00-${traceId}-.{16}-00$`));
  assert.deepEqual(exporter.getFinishedSpans(), []);
});

test('after a restart a delivery goes on in the trace of its event', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(0);
  await publish(stage, incoming);
  await stage.arrived(1);
  await stage.stop();

  await stage.start();
  await stage.arrived(2);
  await stage.stop();

  const deliveries = named('posthorn.delivery');
  assert.deepEqual(
    deliveries.map(({ attributes }) => attributes['posthorn.delivery.ended_as']),
    ['pending', 'delivered'],
  );
  assert.ok(deliveries.every((span) => span.spanContext().traceId === traceId));
});

test('a span that happens to be active in the process is no parent of ours', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  await using stage = await CallbackStage.open();
  const other = trace.getTracer('other').startSpan('other');

  await context.with(trace.setSpan(context.active(), other), async () => {
    await publish(stage, incoming);
    await stage.arrived(1);
  });
  await stage.stop();

  assert.equal(spans().accept?.parentSpanContext?.spanId, parentId);
});

test('without a provider nothing is recorded, and attempts still name the trace', async () => {
  trace.disable();
  await using stage = await CallbackStage.open();
  await publish(stage, incoming);

  const [request] = await stage.arrived(1);

  assert.equal(openTracing('0'), null);
  assert.match(request?.headers['traceparent'] ?? '', new RegExp(`^00-${traceId}-.{16}-01$`));
  assert.equal(request?.headers['tracestate'], 'acme=1');
});

async function publish(stage: CallbackStage, headers: Record<string, string> = {}) {
  const retry = { kind: 'schedule', delaysMs: [0, 1_500], jitter: 0 };
  await stage.call('POST', '/v1/endpoints', { url: stage.origin, types: ['*'], retry });
  const answer = await stage.send('POST', '/v1/events', {
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ type: 'a.b', data: 1 }),
  });
  assert.equal(answer.status, 202);
  return (await answer.json()) as { id: string };
}

async function deliveryId(stage: CallbackStage): Promise<string> {
  const { data } = await stage.call<{ data: { id: string }[] }>('GET', '/v1/deliveries');
  const [first] = data;
  assert.ok(first);
  return first.id;
}

function named(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}

function spans() {
  return {
    accept: named('posthorn.accept').at(0),
    delivery: named('posthorn.delivery').at(0),
    attempt: named('posthorn.attempt').at(0),
  };
}

function parentOf(span: ReadableSpan | undefined): string {
  const { traceId: id, spanId } = span?.spanContext() ?? { traceId: '', spanId: '' };
  return `00-${id}-${spanId}-01`;
}

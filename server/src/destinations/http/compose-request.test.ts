import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { publicOnly } from '../../core/address/address-policy.ts';
import type { SendOrder } from '../destination.ts';
import { composeRequest, shownHeaders } from './compose-request.ts';
import type { OutgoingRequest } from './compose-request.ts';
import { endpointWith, eventWith, orderWith } from './contract/order.ts';
import { headerText } from './header-text.ts';
import { PreparedEvents } from './prepared-events.ts';
import { prepareTarget } from './target.ts';

test('a delivery tells what it is in its headers', () => {
  const event = eventWith({
    source: 'crm',
    key: 'k 1',
    entity: { type: 'contact', id: 'ä/7' },
    correlationId: 'evt_0',
    causationId: 'evt_a',
    hops: 2,
  });
  const order = orderWith({ event, number: 3, isReplay: true });

  const headers = linesOf(compose(order));

  assert.equal(headers.get('webhook-id'), 'evt_1');
  assert.equal(headers.get('webhook-timestamp'), '1767225600');
  assert.match(headers.get('webhook-signature') ?? '', /^v1,[\w+/]{43}=$/);
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal(headers.get('user-agent'), 'Posthorn/1');
  assert.match(headers.get('traceparent') ?? '', /^00-[\da-f]{32}-[\da-f]{16}-01$/);
  assert.equal(headers.get('posthorn-attempt'), '3');
  assert.equal(headers.get('posthorn-correlation-id'), 'evt_0');
  assert.equal(headers.get('posthorn-causation-id'), 'evt_a');
  assert.equal(headers.get('posthorn-hops'), '2');
  assert.equal(headers.get('posthorn-source'), 'crm');
  assert.equal(headers.get('posthorn-entity'), 'contact/%C3%A4/7');
  assert.equal(headers.get('posthorn-key'), 'k%201');
  assert.equal(headers.get('posthorn-tenant'), 'default');
  assert.equal(headers.get('posthorn-replay'), 'true');
});

test('the first event of a chain tells of no hops and no cause', () => {
  const headers = linesOf(compose(orderWith({})));

  assert.equal(headers.has('posthorn-hops'), false);
  assert.equal(headers.has('posthorn-causation-id'), false);
});

test('what may be reported on later names its delivery and brings a token', () => {
  const order = orderWith({ ackToken: 'acme.1.2.secret' });

  const headers = linesOf(compose(order));

  assert.equal(headers.get('posthorn-delivery-id'), order.deliveryId);
  assert.equal(headers.get('posthorn-ack-token'), 'acme.1.2.secret');
  assert.equal(linesOf(compose(orderWith({}))).has('posthorn-delivery-id'), false);
});

test('a delivery tells how many it stands for, and nothing when for none', () => {
  const some = linesOf(compose(orderWith({ supersededCount: 7 })));
  const none = linesOf(compose(orderWith({})));

  assert.equal(some.get('posthorn-superseded'), '7');
  assert.equal(none.has('posthorn-superseded'), false);
});

test('the svix names change nothing but the names', () => {
  const order = orderWith({});

  const plain = linesOf(compose(order));
  const svix = linesOf(compose({ ...order, endpoint: endpointWith({ headerNames: 'svix' }) }));

  for (const part of ['id', 'timestamp', 'signature']) {
    assert.equal(svix.get(`svix-${part}`), plain.get(`webhook-${part}`));
    assert.equal(svix.has(`webhook-${part}`), false);
  }
});

test('hmac-hex has headers of its own, with milliseconds', () => {
  const order = orderWith({ endpoint: endpointWith({ scheme: 'hmac-hex' }) });

  const headers = linesOf(compose(order));

  assert.equal(headers.get('X-Webhook-Timestamp'), '1767225600000');
  assert.match(headers.get('X-Webhook-Signature') ?? '', /^[\da-f]{64}$/);
  assert.equal(headers.has('webhook-signature'), false);
});

test('without a scheme nothing is signed, and the id still lets repeats be dropped', () => {
  const headers = linesOf(compose(orderWith({ endpoint: endpointWith({ scheme: 'none' }) })));

  assert.deepEqual(
    [
      headers.get('webhook-id'),
      headers.has('webhook-signature'),
      headers.has('X-Webhook-Signature'),
    ],
    ['evt_1', false, false],
  );
});

test('one correlation is one trace, and each attempt a span of it', () => {
  const first = linesOf(compose(orderWith({}))).get('traceparent') ?? '';
  const second = linesOf(compose(orderWith({ number: 2 }))).get('traceparent') ?? '';

  assert.equal(first.slice(0, 36), second.slice(0, 36));
  assert.notEqual(first, second);
});

const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 0, state: 'v=1' };
const own = { ...trace, spanId: 'c'.repeat(16), state: null };
const traced: [because: string, order: Partial<SendOrder>, parent: RegExp, state?: string][] = [
  [
    'an attempt at an event that came with a trace is a new span of that trace',
    { event: eventWith({ trace }) },
    /^00-a{32}-(?!b{16})[\da-f]{16}-00$/,
    'v=1',
  ],
  [
    'an attempt that is recorded as a span is named by it',
    { event: eventWith({ trace }), trace: own },
    /^00-a{32}-c{16}-00$/,
  ],
];
for (const [because, order, parent, state] of traced) {
  test(because, () => {
    const headers = linesOf(compose(orderWith(order)));

    assert.match(headers.get('traceparent') ?? '', parent);
    assert.equal(headers.get('tracestate'), state);
  });
}

test('custom headers are sent as they are and shown masked, the harmless ones in the open', () => {
  const headers = [
    ['Authorization', 'Bearer s3cret'],
    ['User-Agent', 'Acme/1'],
  ] as const;
  const order = orderWith({ endpoint: endpointWith({ headers }) });
  const target = prepareTarget(order.endpoint, publicOnly);

  const request = compose(order);
  const shown = shownHeaders(request, target);

  assert.equal(linesOf(request).get('Authorization'), 'Bearer s3cret');
  assert.equal(linesOf(request).has('user-agent'), false);
  assert.equal(JSON.stringify(shown).includes('s3cret'), false);
  assert.deepEqual(shown.slice(-2), [
    ['Authorization', '***'],
    ['User-Agent', 'Acme/1'],
  ]);
});

test('any text becomes a visible header value that decodes to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const value = headerText(text);

      assert.match(value, /^[\x21-\x7e]*$/);
      assert.equal(decodeURIComponent(value), text.toWellFormed());
    }),
  );
});

function compose(order: SendOrder): OutgoingRequest {
  const events = new PreparedEvents();
  return composeRequest({
    order,
    target: prepareTarget(order.endpoint, publicOnly),
    event: events.of(order.event),
    body: events.body(order.event, order.endpoint.format),
    wallSeconds: 1_767_225_600,
    userAgent: 'Posthorn/1',
  });
}

function linesOf({ headers }: OutgoingRequest): Map<string, string> {
  const lines = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) lines.set(headers[i] ?? '', headers[i + 1] ?? '');
  return lines;
}

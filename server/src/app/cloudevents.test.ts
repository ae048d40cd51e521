import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

type Parsed = Record<string, unknown>;
type Vector = {
  name: string;
  mode?: string;
  headers: Record<string, string>;
  body: string;
  expect: string;
  reason: string;
  parsed?: Parsed[];
};

const file = new URL('../../../testdata/vectors/cloudevents.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };
const single = cases.filter(({ expect, mode }) => expect === 'valid' && mode !== 'batched');

async function endpoint(stage: CallbackStage, format: string): Promise<string> {
  const body = { url: `${stage.origin}/${format}`, types: ['*'], format };
  return (await stage.call<{ secret: string }>('POST', '/v1/endpoints', body)).secret;
}

test('what came as a CloudEvent leaves as the same one, in either mode, and signed', async () => {
  await using stage = await CallbackStage.open();
  const secrets: Record<string, string> = {
    '/cloudevents': await endpoint(stage, 'cloudevents'),
    '/cloudevents-structured': await endpoint(stage, 'cloudevents-structured'),
  };

  for (const [index, { headers, body, name, parsed = [] }] of single.entries()) {
    // The same identity in each case: only the first would be a new event.
    const own = withSource(headers, body, `/agents/${index}`);
    const answer = await stage.send('POST', '/v1/events', own);
    assert.equal(answer.status, 202, name);
    const received = (await stage.arrived(2 * index + 2)).slice(-2);

    const expected = parsed.map((each) => ({
      ...each,
      source: `/agents/${index}`,
      time: new Date(String(each['time'])).toISOString(),
    }));
    for (const each of received) {
      const verifier = new Webhook(secrets[each.url] ?? '');
      const events = each.url === '/cloudevents' ? [binary(each)] : [structured(each)];
      assert.deepEqual(events, expected, `${name} ${each.url}`);
      assert.doesNotThrow(() => verifySignature(verifier, each), name);
    }
  }
});

/** The library parses what it has verified, which data of a binary CloudEvent need not stand. */
function verifySignature(verifier: Webhook, { body, headers }: Received): void {
  const id = headers['webhook-id'] ?? '';
  const seconds = Number(headers['webhook-timestamp']);
  const expected = verifier.sign(id, new Date(seconds * 1_000), body);
  assert.equal(headers['webhook-signature'], expected);
}

function withSource(headers: Record<string, string>, body: string, source: string) {
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const given = Object.fromEntries(lowered) as Record<string, string>;
  if (given['ce-source'] === undefined) {
    return { headers: given, body: body.replace('/agents/a1', source) };
  }
  return { headers: { ...given, 'ce-source': source }, ...(body === '' ? {} : { body }) };
}

function binary({ headers, body }: Received): Parsed {
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice(3), decodeURIComponent(value)] as const);
  const type = headers['content-type'];
  const event: Parsed = Object.fromEntries(attributes);
  if (type === undefined) return event;
  const typed: Parsed = { ...event, datacontenttype: type };
  if (type === 'application/octet-stream') {
    return { ...typed, data_base64: Buffer.from(body).toString('base64') };
  }
  const isJson = type.startsWith('application/json');
  return { ...typed, data: isJson ? (JSON.parse(body) as unknown) : body };
}

function structured({ headers, body }: Received): Parsed {
  assert.equal(headers['content-type'], 'application/cloudevents+json; charset=utf-8');
  return JSON.parse(body) as Parsed;
}

test('an event of our own is a CloudEvent with its key, entity and source', async () => {
  await using stage = await CallbackStage.open();
  await endpoint(stage, 'cloudevents-structured');
  const event = {
    ...{ type: 'contact.updated', key: 'k', source: 'my crm', id: 'e-1' },
    ...{ entity: { type: 'contact', id: 'c-7' }, metadata: { secret: 'not sent' } },
    time: '2026-01-01T00:00:00.000Z',
  };
  const data = '{ "n": 12345678901234567890 }';

  const body = `${JSON.stringify(event).slice(0, -1)},"data":${data}}`;
  await stage.send('POST', '/v1/events', { body });
  const [received] = await stage.arrived(1);

  assert.ok(received);
  assert.ok(received.body.endsWith(`,"data":${data}}`), received.body);
  const { data: _data, ...attributes } = JSON.parse(received.body) as Parsed;
  assert.deepEqual(attributes, {
    ...{ specversion: '1.0', id: 'e-1', source: 'my%20crm', type: 'contact.updated' },
    ...{ time: event.time, subject: 'c-7', entitytype: 'contact', partitionkey: 'k' },
    datacontenttype: 'application/json',
  });
});

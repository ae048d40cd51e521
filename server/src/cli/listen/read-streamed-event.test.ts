import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStreamedEvent } from './read-streamed-event.ts';

const shown = {
  ...{ id: 'evt_1', tenantId: 'default', type: 'a.b', contentType: 'application/json' },
  ...{ time: '2026-01-01T00:00:00.000Z', createdAt: '2026-01-01T00:00:01.500Z' },
  ...{ source: 'crm', key: null, entity: null, correlationId: 'evt_1', causationId: null },
  ...{ hops: 0, metadata: null, ceId: null },
};

function textWith(parts: object, data: string): string {
  return `${JSON.stringify({ ...shown, ...parts }).slice(0, -1)},${data}}`;
}

const rows: [because: string, parts: object, member: string, data: string, isExact: boolean][] = [
  [
    'digits stay',
    { dataBytes: 23 },
    '"data":{"n":12345678901234.50}',
    '{"n":12345678901234.50}',
    true,
  ],
  ['escapes stay', { dataBytes: 8 }, '"data":"\\u00e9"', '"\\u00e9"', true],
  ['bytes are counted, not characters', { dataBytes: 4 }, '"data":"é"', '"é"', true],
  ['a line end was another one', { dataBytes: 6 }, '"data":[1,\n2]', '[1,\n2]', true],
  ['a carriage return is missing', { dataBytes: 7 }, '"data":[1,\n2]', '[1,\n2]', false],
  ['no data is shown as null', { dataBytes: 0 }, '"data":null', '', true],
  [
    'bytes come as base64',
    { dataBytes: 3, contentType: 'image/png' },
    '"dataBase64":"AAEC"',
    '\0\u0001\u0002',
    true,
  ],
];
for (const [because, parts, member, data, isExact] of rows) {
  test(`${member}: ${because}`, () => {
    const read = readStreamedEvent(textWith(parts, member));

    assert.equal(Buffer.from(read.event.data).toString(), data);
    assert.equal(read.isExact, isExact);
  });
}

test('the other fields are as they are shown', () => {
  const { event } = readStreamedEvent(textWith({ dataBytes: 1 }, '"data":1'));

  assert.equal(event.time, Date.parse(shown.time));
  assert.equal(event.acceptedAt, Date.parse(shown.createdAt));
  assert.deepEqual([event.source, event.correlationId, event.hops], ['crm', 'evt_1', 0]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BodyFormat } from '../../core/endpoint.ts';
import { eventWith } from './contract/order.ts';
import { formatBody } from './format.ts';

const time = '2026-01-01T00:00:00.000Z';
const json = 'application/json';

const rows: [
  because: string,
  format: BodyFormat,
  contentType: string,
  data: string,
  body: string,
][] = [
  [
    'the data keeps its bytes',
    'standard',
    json,
    '{ "n": 12345678901234567890,"x":-0 }',
    `{"type":"task.completed","timestamp":"${time}","data":{ "n": 12345678901234567890,"x":-0 }}`,
  ],
  [
    'no data is null',
    'standard',
    json,
    '',
    `{"type":"task.completed","timestamp":"${time}","data":null}`,
  ],
  [
    'text becomes a string',
    'standard',
    'text/plain',
    'a "b"\n',
    `{"type":"task.completed","timestamp":"${time}","data":"a \\"b\\"\\n"}`,
  ],
  [
    'a JSON suffix is JSON',
    'standard',
    'application/vnd.acme.v1+json; charset=utf-8',
    '[1]',
    `{"type":"task.completed","timestamp":"${time}","data":[1]}`,
  ],
  [
    'fields stand beside the event, bytes as they came',
    'flat',
    json,
    ' {"a": 1.0 , "b":{}} ',
    `{"event":"task.completed","a": 1.0 , "b":{},"timestamp":"${time}"}`,
  ],
  [
    'its own timestamp stays the only one',
    'flat',
    json,
    '{"timestamp":5}',
    '{"event":"task.completed","timestamp":5}',
  ],
  [
    'an empty object adds nothing',
    'flat',
    json,
    '{ }',
    `{"event":"task.completed","timestamp":"${time}"}`,
  ],
  [
    'a list goes under data',
    'flat',
    json,
    '[1,2]',
    `{"event":"task.completed","data":[1,2],"timestamp":"${time}"}`,
  ],
  [
    'an event field of its own must not hide the type',
    'flat',
    json,
    '{"event":"x"}',
    `{"event":"task.completed","data":{"event":"x"},"timestamp":"${time}"}`,
  ],
  ['raw changes nothing', 'raw', 'text/csv', 'a,b\r\n', 'a,b\r\n'],
];
for (const [because, format, contentType, data, body] of rows) {
  test(`${format} ${contentType} ${data}: ${because}`, () => {
    const made = formatBody(eventWith({ data: Buffer.from(data), contentType }), format);

    assert.equal(Buffer.from(made.bytes).toString(), body);
    assert.equal(made.contentType, format === 'raw' ? contentType : json);
  });
}

test('bytes that are no text become base64', () => {
  const data = Uint8Array.of(0xff, 0xfe, 0);

  const { bytes } = formatBody(eventWith({ data, contentType: 'image/png' }), 'standard');

  assert.equal((JSON.parse(Buffer.from(bytes).toString()) as { data: string }).data, '//4A');
});

test('a content type that is no header value is not passed on', () => {
  const made = formatBody(eventWith({ contentType: 'text/plain\r\nX-Evil: 1' }), 'raw');

  assert.equal(made.contentType, 'application/octet-stream');
});

test('standard and flat bodies are JSON that holds the data, whatever it is', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.string(), (text, type) => {
      const event = eventWith({ data: Buffer.from(text), type });

      const standard = parse(formatBody(event, 'standard').bytes);
      const flat = parse(formatBody(event, 'flat').bytes);

      assert.deepEqual(standard, { type, timestamp: time, data: JSON.parse(text) as unknown });
      assert.equal(flat['event'], type);
    }),
  );
});

function parse(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
}

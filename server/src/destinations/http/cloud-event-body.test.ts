import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { readHeaderAttribute } from '../../core/header-attribute.ts';
import { binaryCloudEvent, structuredCloudEvent } from './cloud-event-body.ts';
import { eventWith } from './contract/order.ts';

const file = new URL('../../../../testdata/vectors/cloudevents.json', import.meta.url);
const { headerEncoding } = JSON.parse(readFileSync(file, 'utf8')) as {
  headerEncoding: { value: string; header: string }[];
};

function subjectHeader(subject: string): string | undefined {
  const event = eventWith({ entity: { type: 'subject', id: subject } });
  const { headers = [] } = binaryCloudEvent(event);
  return headers[headers.indexOf('ce-subject') + 1];
}

for (const { value, header } of headerEncoding) {
  test(`${value} stands in a header as ${header}`, () => {
    assert.equal(subjectHeader(value), header);
  });
}

test('any attribute can be read back from its header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (subject) => {
      assert.equal(readHeaderAttribute(subjectHeader(subject) ?? ''), subject);
    }),
  );
});

test('a source of any characters becomes a reference to a resource', () => {
  const event = eventWith({ source: 'my "crm" ä%zz%20' });

  const body = JSON.parse(Buffer.from(structuredCloudEvent(event).bytes).toString()) as unknown;

  assert.equal((body as { source: string }).source, 'my%20%22crm%22%20%C3%A4%25zz%20');
});

test('an event without data has neither a body nor a content type', () => {
  const event = eventWith({ data: Buffer.alloc(0) });

  const [binary, structured] = [binaryCloudEvent(event), structuredCloudEvent(event)];

  assert.deepEqual([binary.contentType, binary.bytes.length], [null, 0]);
  const names = Object.keys(JSON.parse(Buffer.from(structured.bytes).toString()) as object);
  assert.deepEqual(names, ['specversion', 'id', 'source', 'type', 'time']);
});

const types: [because: string, contentType: string, data: Buffer, member: string][] = [
  ['text is a JSON string', 'text/plain', Buffer.from('a "b"'), '"data":"a \\"b\\""'],
  ['XML is text', 'application/soap+xml', Buffer.from('<a/>'), '"data":"<a/>"'],
  ['text that is not UTF-8 is bytes', 'text/plain', Buffer.of(0xff), '"data_base64":"/w=="'],
  ['other types are bytes', 'image/png', Buffer.from('x'), '"data_base64":"eA=="'],
];
for (const [because, contentType, data, member] of types) {
  test(`structured: ${because}`, () => {
    const { bytes } = structuredCloudEvent(eventWith({ contentType, data }));

    assert.ok(Buffer.from(bytes).toString().endsWith(`,${member}}`));
  });
}

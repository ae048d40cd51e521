import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { casesOf } from './contract/corpus.ts';
import type { Generator } from './contract/generated.ts';
import { heapGrowth } from './contract/heap-growth.ts';
import { asJson, hostileKey, HostileStage } from './contract/hostile-stage.ts';

type Case = {
  id: string;
  category: string;
  where: string;
  name: string;
  value: unknown;
  expect: 'accept' | 'reject';
  reason: string;
  status?: number[];
  generator?: Generator;
  generator_name?: Generator;
};

const growthMax = 24 * 1_048_576;

/** Cases that end otherwise than they say, by id, with the status. */
const disputed: Readonly<Record<string, number>> = {
  // RFC 9110 has no control characters in a field value: the parser refuses the whole request.
  'h-092': 400,
};

const cases = casesOf<Case>('bad-headers', 93);
const custom = cases.filter(({ where }) => where === 'endpoint-custom-header');
/** Slow ones have a file of their own. */
const ofRequests = cases.filter(
  ({ where, category }) => where === 'inbound-or-api-request' && category !== 'slow-headers',
);

let stage: HostileStage;
before(async () => {
  stage = await HostileStage.open();
});
after(() => stage[Symbol.asyncDispose]());

test('every case has a place that is known', () => {
  assert.equal(custom.length + ofRequests.length + 1, cases.length);
});

for (const each of custom) {
  test(`${each.id} ${each.category}: ${each.expect}: ${each.reason}`, async () => {
    const type = stage.fresh('headers');
    const url = `${stage.origin}/${type}`;
    const plain = await stage.ask('POST', '/v1/endpoints', asJson({ url, types: [type] }));
    const { id } = JSON.parse(plain.text) as { id: string };
    const headers = headersText(each);

    const made = await stage.ask('POST', '/v1/endpoints', {
      body: `{"url":"${url}","headers":${headers}}`,
    });
    const changed = await stage.ask('PATCH', `/v1/endpoints/${id}`, {
      body: `{"headers":${headers}}`,
    });

    if (each.expect === 'reject') {
      assert.equal(made.status, 422, made.text);
      if (each.category !== 'type' || each.value !== null) assert.equal(changed.status, 422);
    } else assert.deepEqual([made.status, changed.status], [201, 200], made.text);
    await assertDelivered(type, each);
  });
}

for (const each of ofRequests) {
  test(`${each.id} ${each.category}: ${each.expect}: ${each.reason}`, async () => {
    const id = stage.fresh('request');
    const answer = await stage.overSocket(requestText(each, id));

    const statuses = statusesOf(answer);
    const wanted = disputed[each.id] === undefined ? each.status : [disputed[each.id]];
    if (each.category === 'idempotency' && each.generator === undefined) {
      // Both are on their way at once, so the first may still be running.
      assert.equal(statuses[0], 202, answer);
      assert.ok(each.status?.includes(Number(statuses[1])), answer);
    } else if (wanted !== undefined) {
      assert.equal(statuses.length, 1, answer);
      assert.ok(wanted.includes(statuses[0] ?? 0), answer);
      assert.match(answer, /"code":"[a-z_]+"/);
    } else {
      assert.deepEqual(statuses, [202], answer);
      const { head } = await stage.receiver.arrived((sent) => sent.head.includes(`: ${id}\r\n`));
      assert.doesNotMatch(head + answer, /evil\.example|zz-bad|forged/);
    }
    assert.doesNotMatch(answer, /access-control-allow-origin/i);
  });
}

test('no event of a refused request was kept, and a good one is delivered', async () => {
  await stage.delivers();

  const list = await stage.ask('GET', '/v1/events?type=smuggled');
  assert.deepEqual(JSON.parse(list.text), { data: [], nextCursor: null });
});

test('a second request behind a refused one is not read', async () => {
  const inner = requestText({ name: 'X-A', value: '1' }, stage.fresh('inner'), 'smuggled');
  const outer =
    'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n';

  const answer = await stage.overSocket(`${outer}\r\n0\r\n\r\n${inner.toString('latin1')}`);

  assert.deepEqual(statusesOf(answer), [400]);
});

test('refusing all of them again and again holds no memory', async () => {
  const refused = ofRequests.filter(({ expect }) => expect === 'reject');

  const growth = await heapGrowth(10, async () => {
    for (const each of refused) await stage.overSocket(requestText(each, stage.fresh('again')));
    for (const each of custom.filter(({ expect }) => expect === 'reject')) {
      const body = `{"url":"${stage.origin}/x","headers":${headersText(each)}}`;
      await stage.ask('POST', '/v1/endpoints', { body });
    }
  });

  assert.ok(growth < growthMax, `${growth} bytes`);
});

/** What the endpoint gets is its own header once, or none of a refused one. */
async function assertDelivered(type: string, each: Case): Promise<void> {
  const published = await stage.ask('POST', '/v1/events', asJson({ type, data: 1 }));
  assert.equal(published.status, 202, published.text);
  const { head } = await stage.receiver.arrived(({ path }) => path === `/${type}`);
  const lines = head.split('\r\n').slice(1);
  const names = lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  assert.ok(lines.every((line) => !/[\n\r\0]/.test(line)));
  assert.equal(new Set(names).size, names.length, head);
  if (each.expect === 'accept') {
    const [name, value] = [each.name.toLowerCase(), String(each.value)];
    const sent = lines.filter((line) => line.toLowerCase().startsWith(`${name}:`));
    assert.deepEqual(
      sent.map((line) => line.slice(line.indexOf(':') + 1).trim()),
      [value],
    );
  } else assert.doesNotMatch(head, /evil|x-evil|v1,AAAA/i);
}

/** The headers as JSON, written by hand where an object could not hold them. */
function headersText({ category, name, value, ...rest }: Case): string {
  const { generator, generator_name: ofName } = rest;
  if (category === 'duplicate') {
    const values = String(value).split(' / ');
    const named = name.split(' / ').map((each, at) => pair(each, values[at]));
    return `{${named.join()}}`;
  }
  if (generator?.kind === 'headers') {
    const filler = 'a'.repeat(generator.bytes ?? 1);
    const count = Number(generator.count);
    return `{${Array.from({ length: count }, (_, at) => pair(`X-${at}`, filler)).join()}}`;
  }
  const written = ofName === undefined ? name : (ofName.char ?? '').repeat(ofName.bytes ?? 0);
  const long =
    generator === undefined ? value : (generator.char ?? '').repeat(generator.bytes ?? 0);
  return `{${pair(written, long)}}`;
}

function pair(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

type Sent = Pick<Case, 'name' | 'value'> & Partial<Case>;

/** A request to publish, with the case's header in it, that asks to be the last on its socket. */
function requestText(each: Sent, id: string, type = 'smuggled'): Buffer {
  const isTaken = each.expect === 'accept' || each.category === 'idempotency';
  const callback = { url: `${stage.origin}/callback` };
  const body = JSON.stringify({ id, type: isTaken ? 'taken' : type, data: {}, callback });
  const other = requestOf([...headersOf(each, id), ['Connection', 'close']], `${body} `);
  if (each.value !== 'same key, other body') return other;
  return Buffer.concat([requestOf(headersOf(each, id), body), other]);
}

function requestOf(headers: [string, string][], body: string): Buffer {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const usual: [string, string][] = [
    ['Host', 'localhost'],
    ['Authorization', `Bearer ${hostileKey}`],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
  ];
  const all = [...usual.filter(([name]) => !given.has(name.toLowerCase())), ...headers];
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST /v1/events HTTP/1.1\r\n${lines.join('')}\r\n${body}`, 'latin1');
}

function headersOf({ name, value, generator, id: caseId }: Sent, id: string): [string, string][] {
  if (name.includes(' + ')) {
    const values = String(value).split(' + ');
    return name.split(' + ').map((each, at) => [each, values[at] ?? '']);
  }
  if (generator?.kind === 'headers') {
    return Array.from({ length: Number(generator.count) }, (_, at) => [`X-${at}`, '1']);
  }
  if (generator !== undefined) return [[name, (generator.char ?? '').repeat(generator.bytes ?? 0)]];
  if (caseId === 'h-090') return [[name, id]];
  const key = String(value)
    .replace('<valid>', hostileKey)
    .replace('<valid key as user>', Buffer.from(`${hostileKey}:`).toString('base64'));
  return [[name, key]];
}

/** The statuses of the answers on a socket, in order. */
function statusesOf(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

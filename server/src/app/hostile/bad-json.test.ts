import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { casesOf } from './contract/corpus.ts';
import { generated } from './contract/generated.ts';
import type { Generator } from './contract/generated.ts';
import { heapGrowth } from './contract/heap-growth.ts';
import { asJson, HostileStage } from './contract/hostile-stage.ts';
import type { Answered } from './contract/hostile-stage.ts';

type Expected = { outcome: string; status?: number[]; fidelity?: string };
type Case = {
  id: string;
  where: string;
  reason: string;
  expect: Expected[];
  body?: string;
  body_base64?: string;
  generator?: Generator;
  headers?: Record<string, string>;
  max_ms?: number;
};

/** Far below what hanging costs, far above what a busy machine adds. */
const leastPatienceMs = 5_000;
const growthMax = 24 * 1_048_576;

/** Cases that expect what this API says in another way, by id. */
const disputed: Readonly<Record<string, number>> = {
  // There is no sorting: a parameter that is not known is a wrong field, and 422 as all of these.
  'j-094': 422,
};

const onSockets = ['chunked', 'short-body', 'slow-body'];
const all = casesOf<Case>('bad-json', 127);
/** Those that are written on a socket have a file of their own. */
const cases = all.filter(({ generator }) => !onSockets.includes(generator?.kind ?? ''));

let stage: HostileStage;
before(async () => {
  stage = await HostileStage.open();
});
after(() => stage[Symbol.asyncDispose]());

for (const each of cases) {
  test(`${each.id} ${each.where}: ${each.reason}`, async () => {
    const startedAt = performance.now();

    const answers = await play(each);

    assert.ok(performance.now() - startedAt < Math.max(each.max_ms ?? 0, leastPatienceMs));
    for (const answer of answers) judge(each, answer);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
}

test('after all of them a good event is delivered, and only good ones were', async () => {
  await stage.delivers();

  const { status } = await stage.ask('GET', '/readyz');
  const list = await stage.ask('GET', '/v1/events?type=bad.json&limit=500');
  assert.equal(status, 200);
  const accepted = (JSON.parse(list.text) as { data: { id: string }[] }).data;
  for (const { id } of accepted) await delivered(id);
});

test('refusing all of them again and again holds no memory', async () => {
  const refused = cases.filter(
    ({ where, expect }) => where === 'request' && expect[0]?.outcome === 'reject',
  );

  const growth = await heapGrowth(10, async () => {
    for (const each of refused) await play(each);
  });

  assert.ok(growth < growthMax, `${growth} bytes`);
});

async function play(each: Case): Promise<Answered[]> {
  switch (each.where) {
    case 'payload':
      return [await publish(each)];
    case 'request': {
      const body = asOurs(bytesOf(each));
      const headers = each.headers ?? {};
      return [await stage.ask('POST', '/v1/events', { body, headers })];
    }
    case 'filter':
      return [await filter(each)];
    case 'search':
      return Promise.all(searches(textOf(each)).map((path) => stage.ask('GET', path)));
    case 'query': {
      const queries = textOf(each).replace(/^\?/, '').split('|');
      return Promise.all(queries.map((query) => stage.ask('GET', `/v1/events?${query}`)));
    }
    case 'id':
      return [await stage.ask('GET', `/v1/events/${textOf(each)}`)];
    case 'static':
      return Promise.all(
        textOf(each)
          .split('|')
          .map((path) => stage.ask('GET', path)),
      );
    default:
      return assert.fail(`unknown place ${each.where}`);
  }
}

/** Every text of a list's query that reaches the store as it is, or a sort order. */
function searches(text: string): string[] {
  if (text.startsWith('sort=')) return [`/v1/events?${encodeURI(text)}`];
  const given = encodeURIComponent(text);
  return [
    `/v1/events?correlationId=${given}`,
    ...['event', 'error', 'endpointId', 'eventId', 'deliveryId'].map(
      (name) => `/v1/attempts?${name}=${given}`,
    ),
    ...['endpointId', 'eventId'].map((name) => `/v1/deliveries?${name}=${given}`),
  ];
}

async function publish(each: Case): Promise<Answered> {
  const id = stage.fresh(each.id);
  const data = bytesOf(each);
  const callback = JSON.stringify({ url: `${stage.origin}/callback` });
  const body = Buffer.concat([
    Buffer.from(`{"id":"${id}","type":"bad.json","callback":${callback},"data":`),
    data,
    Buffer.from('}'),
  ]);
  const answer = await stage.ask('POST', '/v1/events', { body });
  if (answer.status === 202) {
    const { body: sent } = await delivered(id);
    assert.ok(sent.includes(Buffer.concat([Buffer.from('"data":'), data, Buffer.from('}')])));
  }
  return answer;
}

function delivered(id: string) {
  return stage.receiver.arrived(({ head }) => head.includes(`\r\nwebhook-id: ${id}\r\n`));
}

/** Makes an endpoint with the filter; one that is taken must match nothing hostile, and in time. */
async function filter(each: Case): Promise<Answered> {
  const [pattern = '', subject] = textOf(each).split(' against ');
  const isPattern = subject !== undefined;
  const text = isPattern ? `data.text.matches(${JSON.stringify(pattern)})` : pattern;
  const type = stage.fresh('filtered');
  const url = `${stage.origin}/${type}`;
  const made = await stage.ask(
    'POST',
    '/v1/endpoints',
    asJson({ url, types: [type], filter: text }),
  );
  if (made.status !== 201) return made;
  const event = asJson({ type, data: { text: subject ?? 'x' } });
  const published = await stage.ask('POST', '/v1/events', event);
  const { deliveryCount } = JSON.parse(published.text) as { deliveryCount: number };
  assert.equal(published.status, 202);
  assert.equal(deliveryCount, 0);
  return made;
}

/** The corpus calls `payload` what is `data` here. */
function asOurs(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace('"payload":', '"data":'), 'latin1');
}

function bytesOf({ body, body_base64: encoded, generator }: Case): Buffer {
  if (generator !== undefined) return generated(generator);
  return encoded === undefined ? Buffer.from(body ?? '') : Buffer.from(encoded, 'base64');
}

function textOf(each: Case): string {
  return bytesOf(each).toString();
}

function judge({ id, expect }: Case, { status, text }: Answered): void {
  const isRight = expect.some((one) => fits(one, status)) || disputed[id] === status;
  assert.ok(isRight, `${status} ${text.slice(0, 500)}`);
  assert.ok(status < 500, text);
  if (status < 400) return;
  const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
  assert.ok(code && detail, text);
}

function fits({ outcome, status: statuses }: Expected, status: number): boolean {
  switch (outcome) {
    case 'accept':
      return statuses?.includes(status) ?? status < 300;
    case 'reject':
      return statuses?.includes(status) ?? (status >= 400 && status < 500);
    case 'reject-or-ignore':
    case 'reject-or-clamp':
      return status < 500;
    default:
      return assert.fail(`unknown outcome ${outcome}`);
  }
}

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import type { SigningScheme } from '../../core/endpoint.ts';
import { later } from '../../core/instant.ts';
import { endpointWith, now, secretText } from './contract/order.ts';
import { keysAt, signHex, signingKeys, signStandard } from './sign.ts';
import type { SigningKey } from './sign.ts';

type Vector = {
  name: string;
  secret?: string;
  secrets?: string[];
  headers: Record<string, string>;
  body: string;
  expect: 'valid' | 'invalid';
  reason: string;
};

const file = new URL('../../../../testdata/vectors/standard-webhooks.json', import.meta.url);
const { cases, secretCases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Vector[];
  secretCases: { value: string; publicKey?: string }[];
};

/** The private key of a public one, which the vectors name elsewhere. */
function signingText(text: string): string {
  if (!text.startsWith('whpk_')) return text;
  return secretCases.find(({ publicKey }) => publicKey === text)?.value ?? secretText;
}

/** Vectors that a signer cannot be held against, and why. */
const notOurs = new Map([
  ['published-sign-vector-secret-without-prefix', 'without whsec_ a secret is text here'],
]);

for (const vector of cases.filter(({ expect }) => expect === 'valid')) {
  const skip = notOurs.get(vector.name) ?? false;
  test(`${vector.name}: we sign what it says: ${vector.reason}`, { skip }, () => {
    const [id, timestamp, expected = ''] = [
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ].map(
      (name) => Object.entries(vector.headers).find(([each]) => each.toLowerCase() === name)?.[1],
    );
    const held = vector.secrets ?? [vector.secret ?? ''];
    const content = { id: id ?? '', timestamp: Number(timestamp), body: Buffer.from(vector.body) };

    const ours = held.map((text) => signStandard(content, keysOf('standard', signingText(text))));

    const theirs = expected.split(' ');
    assert.ok(
      ours.some((each) => theirs.includes(each)),
      `${ours.join(' ')} in ${expected}`,
    );
  });
}

test('a secret and a private key that overlap sign in one header, each in its own way', () => {
  const vector = cases.find(({ name }) => name === 'published-ed25519-and-hmac-in-one-header');
  assert.ok(vector);
  const secrets = (vector.secrets ?? []).map((text) => ({
    text: signingText(text),
    createdAt: now,
    endsAt: null,
  }));
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp } = vector.headers;
  const content = { id, timestamp: Number(timestamp), body: Buffer.from(vector.body) };

  const signature = signStandard(content, signingKeys(endpointWith({ secrets })));

  assert.equal(signature, vector.headers['webhook-signature']);
});

test('the vectors left aside exist', () => {
  const names = new Set(cases.map(({ name }) => name));
  assert.ok([...notOurs.keys()].every((name) => names.has(name)));
});

test('the official library verifies what we sign, whatever the body', () => {
  const official = new Webhook(secretText);
  const keys = keysOf('standard', secretText);
  fc.assert(
    fc.property(fc.json(), fc.stringMatching(/^[\w-]{1,64}$/), (body, id) => {
      const timestamp = Math.floor(Date.now() / 1_000);

      const signature = signStandard({ id, timestamp, body: Buffer.from(body) }, keys);

      const headers = { 'webhook-id': id, 'webhook-timestamp': `${timestamp}` };
      assert.deepEqual(
        official.verify(body, { ...headers, 'webhook-signature': signature }),
        JSON.parse(body),
      );
    }),
  );
});

test('while two secrets overlap, either verifies; afterwards the new one alone', () => {
  const endsAt = later(now, 1_000);
  const secrets = [
    { text: 'whsec_bu6XSKPQplX7WXgvC73j/eH5j7mpN+GFW0Fyk+f4pJI=', createdAt: now, endsAt: null },
    { text: secretText, createdAt: later(now, -1_000), endsAt },
  ];
  const keys = signingKeys(endpointWith({ secrets }));
  const content = { id: 'evt_1', timestamp: 1, body: Buffer.from('{}') };

  const during = signStandard(content, keysAt(keys, now));
  const after = signStandard(content, keysAt(keys, endsAt));

  const [current, previous] = keys.map((key) => signStandard(content, [key]));
  assert.equal(during, `${current} ${previous}`);
  assert.equal(after, current);
});

test('a secret brought without whsec_ signs with its own bytes', () => {
  const content = { id: 'evt_1', timestamp: 1, body: Buffer.from('{}') };

  const signature = signStandard(content, keysOf('standard', 'my own secret'));

  const hmac = createHmac('sha256', 'my own secret').update('evt_1.1.{}');
  assert.equal(signature, `v1,${hmac.digest('base64')}`);
});

test('hmac-hex signs the body alone, with the secret as it is shown', () => {
  const body = Buffer.from('{"a":1}');

  const signature = signHex(body, keysOf('hmac-hex', secretText));

  assert.equal(signature, createHmac('sha256', secretText).update(body).digest('hex'));
});

test('hmac-hex has room for one signature: the old secret makes it until the overlap ends', () => {
  const endsAt = later(now, 1_000);
  const secrets = [
    { text: 'new', createdAt: now, endsAt: null },
    { text: 'old', createdAt: later(now, -1_000), endsAt },
  ];
  const keys = signingKeys(endpointWith({ scheme: 'hmac-hex', secrets }));
  const body = Buffer.from('{}');

  const during = signHex(body, keysAt(keys, now));
  const after = signHex(body, keysAt(keys, endsAt));

  assert.equal(during, createHmac('sha256', 'old').update(body).digest('hex'));
  assert.equal(after, createHmac('sha256', 'new').update(body).digest('hex'));
});

function keysOf(scheme: SigningScheme, text: string): SigningKey[] {
  return signingKeys(endpointWith({ scheme, secrets: [{ text, createdAt: now, endsAt: null }] }));
}

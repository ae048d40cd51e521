import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ed25519Key, ed25519SecretText, publicKeyText } from './ed25519-secret.ts';

type SecretCase = {
  value: string;
  accept: boolean;
  kind?: string;
  publicKey?: string;
  as?: string;
};

const file = new URL('../../../testdata/vectors/standard-webhooks.json', import.meta.url);
const { secretCases } = JSON.parse(readFileSync(file, 'utf8')) as { secretCases: SecretCase[] };

for (const { value, accept, publicKey, as } of secretCases) {
  if (as !== 'signing key' || value.startsWith('whsec_')) continue;
  test(`${value.slice(0, 20)}… ${accept ? 'signs and has its public key' : 'cannot sign'}`, () => {
    const key = ed25519Key(value);

    assert.equal(key !== null, accept);
    assert.equal(publicKeyText(value), publicKey ?? null);
  });
}

test('a private key with the public key of another is refused', () => {
  const [one, other] = [1, 2].map((byte) => made(byte));
  const seed = Buffer.from(one?.slice(5) ?? '', 'base64').subarray(0, 32);
  const foreign = Buffer.from(other?.slice(5) ?? '', 'base64').subarray(32);

  const key = ed25519Key(`whsk_${Buffer.concat([seed, foreign]).toString('base64')}`);

  assert.equal(key, null);
});

test('a fresh secret is a key with its public key behind it', () => {
  const text = made(7);

  const bytes = Buffer.from(text.slice(5), 'base64');
  assert.notEqual(ed25519Key(text), null);
  assert.equal(publicKeyText(text), `whpk_${bytes.subarray(32).toString('base64')}`);
});

function made(byte: number): string {
  return ed25519SecretText({ sample: () => 0, bytes: (length) => Buffer.alloc(length, byte) });
}

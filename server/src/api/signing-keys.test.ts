import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { signingKeys, signStandard } from '../destinations/http/sign.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Shown = { id: string; secret: string; publicKey: string | null };
type Secrets = { secret: string; publicKey: string | null; previous: Secrets | null };

const url = 'https://receiver.example/in';
const brought =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const publicOfBrought = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

async function make(api: OpenedApi, body: object) {
  const answer = await api.call({ url: '/v1/endpoints', body: { url, ...body } });
  return { status: answer.statusCode, shown: answer.json<Shown>(), text: answer.body };
}

async function rotate(api: OpenedApi, id: string, body: object): Promise<Secrets> {
  const answer = await api.call({ url: `/v1/endpoints/${id}/secret/rotate`, body });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Secrets>();
}

function isVerifiedBy(publicKey: string, signature: string, content: string): boolean {
  const x = Buffer.from(publicKey.slice(5), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(content), key, Buffer.from(signature.slice(4), 'base64'));
}

test('an endpoint may sign with a private key, and its public key verifies', async () => {
  await using api = await openApi();
  const { shown } = await make(api, { signing: 'v1a' });
  const stored = api.mirror.get('endpoint', null, shown.id);
  assert.ok(stored);

  const body = Buffer.from('{}');
  const signature = signStandard({ id: 'evt_1', timestamp: 1, body }, signingKeys(stored.value));

  assert.match(shown.secret, /^whsk_/);
  assert.match(signature, /^v1a,/);
  assert.ok(isVerifiedBy(shown.publicKey ?? '', signature, 'evt_1.1.{}'));
});

test('a private key that is brought shows its public key to whoever may read', async () => {
  await using api = await openApi();
  const { shown } = await make(api, { secret: brought });
  const key = await api.grant({
    tenantId: 'default',
    scopes: ['read'],
    text: 'ph_reader-123456789',
  });

  const read = await api.call({ url: `/v1/endpoints/${shown.id}`, key });
  const secret = await api.call({ url: `/v1/endpoints/${shown.id}/secret` });

  assert.equal(read.json<Shown>().publicKey, publicOfBrought);
  assert.equal(read.body.includes('whsk_'), false);
  assert.deepEqual(secret.json(), { secret: brought, publicKey: publicOfBrought, previous: null });
});

test('a rotation keeps the kind of secret unless it names another', async () => {
  await using api = await openApi();
  const { shown } = await make(api, { signing: 'v1a' });

  const same = await rotate(api, shown.id, {});
  const other = await rotate(api, shown.id, { signing: 'v1' });

  assert.match(same.secret, /^whsk_/);
  assert.deepEqual(
    [same.previous?.secret, same.previous?.publicKey],
    [shown.secret, shown.publicKey],
  );
  assert.match(other.secret, /^whsec_/);
  assert.deepEqual([other.publicKey, other.previous?.secret], [null, same.secret]);
});

const wrong: [because: string, body: object, pointer: string][] = [
  ['a public key cannot sign', { secret: publicOfBrought }, '/secret'],
  ['the key is cut off', { secret: brought.slice(0, -4) }, '/secret'],
  ['the secret is of the other kind', { secret: brought, signing: 'v1' }, '/signing'],
  ['hmac-hex has no private keys', { secret: brought, scheme: 'hmac-hex' }, '/secret'],
  ['hmac-hex has no v1a', { signing: 'v1a', scheme: 'hmac-hex' }, '/signing'],
];
for (const [because, body, pointer] of wrong) {
  test(`no endpoint is made when ${because}`, async () => {
    await using api = await openApi();

    const { status, text } = await make(api, body);

    assert.equal(status, 422);
    const { errors } = JSON.parse(text) as { errors: { pointer: string }[] };
    assert.deepEqual(
      errors.map((each) => each.pointer),
      [pointer],
    );
  });
}

test('a private key must be rotated out before the scheme is hmac-hex', async () => {
  await using api = await openApi();
  const { shown } = await make(api, { signing: 'v1a' });
  const patch = () =>
    api.call({ method: 'PATCH', url: `/v1/endpoints/${shown.id}`, body: { scheme: 'hmac-hex' } });

  const before = await patch();
  await rotate(api, shown.id, { signing: 'v1' });
  const after = await patch();

  assert.deepEqual([before.statusCode, after.statusCode], [422, 200]);
});

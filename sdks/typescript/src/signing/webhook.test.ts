import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readKey } from './signing-key.ts';
import { webhook } from './webhook.ts';
import { WebhookVerificationError } from './webhook-verification-error.ts';

type Case = {
  readonly name: string;
  readonly secret?: string;
  readonly secrets?: readonly string[];
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly now: number;
  readonly tolerance?: number;
  readonly expect: 'valid' | 'invalid';
};
type SecretCase = {
  readonly value: string;
  readonly kind?: string;
  readonly bytes?: number;
  readonly accept: boolean;
  readonly publicKey?: string;
};

const file = new URL('../../../../testdata/vectors/standard-webhooks.json', import.meta.url);
const { cases, secretCases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[];
  secretCases: SecretCase[];
};

/** What is wrong with a case; null when nothing is. */
async function failure(each: Case): Promise<WebhookVerificationError | null> {
  const secret = each.secrets ?? each.secret ?? [];
  const now = each.now * 1_000;
  const tolerance = each.tolerance === undefined ? {} : { toleranceSeconds: each.tolerance };
  try {
    await webhook.verify(each.body, each.headers, secret, { now, ...tolerance });
    return null;
  } catch (error) {
    assert.ok(error instanceof WebhookVerificationError, String(error));
    return error;
  }
}

for (const each of cases) {
  test(`${each.name} is ${each.expect}`, async () => {
    const found = await failure(each);

    assert.equal(found === null, each.expect === 'valid', found?.message);
  });
}

for (const { value, kind, bytes, accept, publicKey } of secretCases) {
  // What may not sign may still verify, such as a public key.
  if (value.startsWith('whpk_')) continue;
  const shown = value === '' ? '(empty)' : value;
  test(`the secret ${shown} is ${accept ? 'taken' : 'refused'}`, async () => {
    const read = readKey(value);

    assert.equal(read.is !== 'malformed', accept);
    if (read.is === 'malformed') return;
    assert.equal(read.is, kind === 'ed25519' ? 'private' : 'symmetric');
    if (publicKey === undefined) assert.equal(read.bytes.length, bytes);
    else {
      const headers = await webhook.sign('{}', value);
      assert.equal((await webhook.verify('{}', headers, publicKey)).id, headers['webhook-id']);
    }
  });
}

const reasons: [name: string, says: RegExp][] = [
  ['published-missing-webhook-id', /^the header webhook-id is missing$/],
  ['svix-branded-headers', /webhook-id is missing; svix-id is there: say headerNames: 'svix'/],
  ['timestamp-float', /must be Unix seconds, in digits alone/],
  ['published-too-old', /too old: \d+ s before now, at most 300 s/],
  ['published-too-new', /too new: \d+ s after now/],
  ['custom-tolerance-60', /at most 60 s/],
  ['ed25519-only-header-but-only-hmac-secret', /is v1a, which takes the public key/],
  ['unknown-version-only', /found v2/],
  ['no-version-prefix', /names its version/],
  ['hex-instead-of-base64', /right but in hex/],
  ['url-safe-base64', /URL-safe/],
  ['missing-base64-padding', /padding/],
  ['secret-used-as-utf8', /signed with the secret as text/],
  ['wrong-secret', /the secret is another one, or id, timestamp or body were changed/],
];
for (const [name, says] of reasons) {
  test(`${name} is answered in words that help: ${says.source}`, async () => {
    const each = cases.find((one) => one.name === name);
    assert.ok(each);

    const found = await failure(each);

    assert.match(found?.message ?? '', says);
  });
}

test('a parsed body is refused with a word on raw bytes', async () => {
  const parsed = { type: 'a' } as unknown as string;

  await assert.rejects(webhook.verify(parsed, {}, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAA'), /raw bytes/);
});

const changes: [says: RegExp, sent: string, received: string][] = [
  [/parsed as JSON and written again/, '{"a":1,"b":[2]}', '{"a": 1, "b": [2]}'],
  [/line ends were turned into LF/, 'a\r\nb\r\n', 'a\nb\n'],
  [/white space was added/, '{"a":1}', '{"a":1}\n'],
];
for (const [says, sent, received] of changes) {
  test(`a body that was changed on its way is told how: ${says.source}`, async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = await webhook.sign(sent, secret);

    await assert.rejects(webhook.verify(received, headers, secret), says);
  });
}

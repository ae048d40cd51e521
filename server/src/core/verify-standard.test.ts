import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readSecret } from './standard-secret.ts';
import { verifyStandard } from './verify-standard.ts';

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
  readonly as?: string;
  readonly publicKey?: string;
};

const file = new URL('../../../testdata/vectors/standard-webhooks.json', import.meta.url);
const { cases, secretCases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[];
  secretCases: SecretCase[];
};

for (const each of cases) {
  test(`${each.name} is ${each.expect}`, () => {
    const { secret, headers, now, tolerance } = each;
    const secrets = each.secrets ?? (secret === undefined ? [] : [secret]);
    const body = Buffer.from(each.body, 'utf8');

    const { valid, reason } = verifyStandard({
      ...{ secrets, headers, body, now },
      ...(tolerance === undefined ? {} : { tolerance }),
    });

    assert.equal(valid, each.expect === 'valid', reason);
    assert.ok(reason.length > 10);
  });
}

for (const { value, kind, bytes, accept, as, publicKey } of secretCases) {
  // What may not sign may still verify, such as a public key.
  if (as === 'signing key' && !accept && value.startsWith('whpk_')) continue;
  test(`the secret ${value === '' ? '(empty)' : value} is ${accept ? 'taken' : 'refused'}`, () => {
    const read = readSecret(value);

    assert.equal(read.is !== 'malformed', accept);
    if (read.is === 'malformed') return;
    assert.equal(read.is, kind === 'ed25519' ? 'public' : 'symmetric');
    if (publicKey !== undefined) {
      assert.equal(`whpk_${Buffer.from(read.bytes).toString('base64')}`, publicKey);
    } else assert.equal(read.bytes.length, bytes);
  });
}

const reasons: [name: string, says: RegExp][] = [
  ['published-missing-webhook-id', /^the header webhook-id is missing$/],
  ['svix-branded-headers', /webhook-id is missing; svix-id is there/],
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
  test(`${name} is answered in words that help: ${says.source}`, () => {
    const found = cases.find((each) => each.name === name);
    assert.ok(found);
    const { secret = '', headers, now, tolerance } = found;

    const { reason } = verifyStandard({
      ...{ secrets: found.secrets ?? [secret], headers, now },
      body: Buffer.from(found.body, 'utf8'),
      ...(tolerance === undefined ? {} : { tolerance }),
    });

    assert.match(reason, says);
  });
}

const changes: [says: RegExp, sent: string, received: string][] = [
  [/parsed as JSON and written again/, '{"a":1,"b":[2]}', '{"a": 1, "b": [2]}'],
  [/line ends were turned into LF/, 'a\r\nb\r\n', 'a\nb\n'],
  [/white space was added/, '{"a":1}', '{"a":1}\n'],
];
for (const [says, sent, received] of changes) {
  test(`a body that was changed on its way is told how: ${says.source}`, () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const content = `evt_1.1767225600.${sent}`;
    const mac = createHmac('sha256', Buffer.alloc(24, 7)).update(content).digest('base64');
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1767225600',
      'webhook-signature': `v1,${mac}`,
    };

    const { valid, reason } = verifyStandard({
      ...{ secrets: [secret], headers, now: 1_767_225_600 },
      body: Buffer.from(received),
    });

    assert.equal(valid, false);
    assert.match(reason, says);
  });
}

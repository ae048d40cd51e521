import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ReceiverStage } from './contract/receiver-stage.ts';
import type { Step } from './contract/receiver-stage.ts';
import { webhook } from './signing/webhook.ts';
import type { HeaderNames } from './signing/claim.ts';
import { WebhookVerificationError } from './signing/webhook-verification-error.ts';

type Names = { toleranceSeconds?: number; headerNames?: HeaderNames };
type VerifyCase = {
  name: string;
  because: string;
  secrets: string[];
  now: number;
  options?: Names;
  headers: Record<string, string>;
  body: string;
  expect: { ok: true; event: object; context: object } | { ok: false; code: string };
};
type SignCase = {
  name: string;
  secret: string[];
  id: string;
  now: number;
  body: string;
  options?: Names;
  headers: Record<string, string>;
};
type ReceiverCase = {
  name: string;
  because: string;
  options: { ttlMs?: number; leaseMs?: number; onReplay?: 'process' };
  steps: Step[];
};

const file = new URL('../../conformance.json', import.meta.url);
const conformance = JSON.parse(readFileSync(file, 'utf8')) as {
  secret: string;
  start: number;
  verify: VerifyCase[];
  sign: SignCase[];
  receiver: ReceiverCase[];
};

for (const each of conformance.verify) {
  test(`verify ${each.name}: ${each.because}`, async () => {
    const options = { ...each.options, now: each.now * 1_000 };

    const verifying = webhook.verify(each.body, each.headers, each.secrets, options);

    if (each.expect.ok) {
      const { context, ...event } = await verifying;
      assert.deepEqual(event, each.expect.event);
      assert.deepEqual(JSON.parse(JSON.stringify(context)), each.expect.context);
      return;
    }
    const { code } = each.expect;
    await assert.rejects(verifying, (error) => {
      assert.ok(error instanceof WebhookVerificationError);
      assert.equal(error.code, code, error.message);
      return true;
    });
  });
}

for (const each of conformance.sign) {
  test(`sign ${each.name}`, async () => {
    const { id, now, body, secret, options } = each;

    const headers = await webhook.sign(body, secret, { ...options, id, now: now * 1_000 });

    assert.deepEqual(headers, each.headers);
  });
}

for (const each of conformance.receiver) {
  test(`receiver ${each.name}: ${each.because}`, async () => {
    const { secret, start } = conformance;
    const stage = new ReceiverStage({ secret, start, options: each.options });

    for (const step of each.steps) await stage.take(step);

    assert.ok(each.steps.length > 0);
  });
}

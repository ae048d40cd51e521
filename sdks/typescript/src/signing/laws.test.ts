import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { webhook } from './webhook.ts';

const bytes = (least: number, most: number) => fc.uint8Array({ minLength: least, maxLength: most });

test('base64 is what Node makes of the same bytes, and reads back', () => {
  fc.assert(
    fc.property(bytes(1, 64), (given) => {
      const text = encodeBase64(given);

      assert.equal(text, Buffer.from(given).toString('base64'));
      assert.deepEqual(decodeBase64(text), given);
      assert.deepEqual(decodeBase64(text.replace(/=+$/, '')), given);
    }),
  );
});

test('what was signed verifies, whichever of the held secrets signed it', async () => {
  const secret = bytes(24, 64).map((key) => `whsec_${encodeBase64(key)}`);
  const privateKey = bytes(32, 32).map((key) => `whsk_${encodeBase64(key)}`);
  await fc.assert(
    fc.asyncProperty(
      bytes(0, 200),
      secret,
      privateKey,
      fc.boolean(),
      async (body, a, b, isFirst) => {
        const headers = await webhook.sign(body, isFirst ? a : b);

        const event = await webhook.verify(body, headers, [a, b]);

        assert.equal(event.id, headers['webhook-id']);
      },
    ),
    { numRuns: 50 },
  );
});

test('no other body verifies', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  await fc.assert(
    fc.asyncProperty(
      bytes(1, 50),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (body, at, by) => {
        const headers = await webhook.sign(body, secret);
        const changed = Uint8Array.from(body);
        const place = at % body.length;
        changed[place] = (changed[place] ?? 0) ^ by;

        await assert.rejects(webhook.verify(changed, headers, secret), {
          code: 'signature_mismatch',
        });
      },
    ),
    { numRuns: 50 },
  );
});

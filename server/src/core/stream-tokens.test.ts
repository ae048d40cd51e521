import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KeyId, TenantId } from './ids.ts';
import { instant } from './instant.ts';
import { StreamTokens } from './stream-tokens.ts';

const tokens = new StreamTokens(new Uint8Array(32).fill(7));
const grant = {
  tenantId: 'default' as TenantId,
  keyId: 'key_1' as KeyId,
  taskId: 'task_1',
  types: null,
  expiresAt: instant(1_800_000_000_000),
};

test('a token is read back as what it was issued for', () => {
  const other = { ...grant, taskId: null, types: ['task.*', 'a.b'] };

  assert.deepEqual(tokens.read(tokens.issue(grant)), grant);
  assert.deepEqual(tokens.read(tokens.issue(other)), other);
});

test('a token that was changed anywhere, or made with another key, is none', () => {
  const token = tokens.issue(grant);
  const foreign = new StreamTokens(new Uint8Array(32).fill(8)).issue(grant);

  assert.equal(tokens.read(foreign), null);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '0', '.'), (at, char) => {
      const changed = token.slice(0, at) + char + token.slice(at + 1);
      const isSame = changed === token || sameBytes(changed, token);
      assert.equal(tokens.read(changed) === null, !isSame, changed);
    }),
  );
});

for (const text of ['', '.', 'a', 'a.b', '.'.repeat(1_000), '💥.💥']) {
  test(`${JSON.stringify(text.slice(0, 12))} is no token`, () => {
    assert.equal(tokens.read(text), null);
  });
}

/** The last character of base64 may stand for bits that are not there. */
function sameBytes(one: string, other: string): boolean {
  const bytes = (text: string): string =>
    text
      .split('.', 2)
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.');
  return bytes(one) === bytes(other);
}

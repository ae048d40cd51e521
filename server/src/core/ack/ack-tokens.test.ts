import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeliveryId, TenantId } from '../ids.ts';
import { instant, later } from '../instant.ts';
import { limits } from '../limits.ts';
import { AckTokens } from './ack-tokens.ts';
import type { AckScope } from './ack-tokens.ts';

const tokens = new AckTokens(new Uint8Array(32).fill(1));
const scope: AckScope = {
  tenantId: 'acme' as TenantId,
  deliveryId: 'dlv_1' as DeliveryId,
  number: 3,
  startedAt: instant(1_750_000_000_000),
};
const soon = later(scope.startedAt, 1_000);

test('a token names the attempt that it was made for', () => {
  assert.deepEqual(tokens.read(tokens.make(scope), scope.deliveryId, soon), scope);
});

test('a token is good for its own delivery, under its own key and for its time alone', () => {
  const token = tokens.make(scope);
  const others = new AckTokens(new Uint8Array(32).fill(2));
  const late = later(scope.startedAt, limits.ackTokenMs + 1);

  assert.equal(tokens.read(token, 'dlv_2' as DeliveryId, soon), null);
  assert.equal(others.read(token, scope.deliveryId, soon), null);
  assert.equal(tokens.read(token, scope.deliveryId, late), null);
});

test('a token of which any character is another is no token', () => {
  const token = tokens.make(scope);
  // The last character of a signature carries bits that are not read.
  const index = fc.nat({ max: token.length - 2 });
  fc.assert(
    fc.property(index, fc.constantFrom('a', 'z', '0', '9', '-', '_', '.'), (at, character) => {
      fc.pre(token[at] !== character);

      const forged = token.slice(0, at) + character + token.slice(at + 1);

      assert.equal(tokens.read(forged, scope.deliveryId, soon), null);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { callbackEndpointId } from './callback-endpoint.ts';
import type { TenantId } from './ids.ts';
import { isId } from './make-id.ts';

const names = fc.tuple(fc.string(), fc.string());
const idOf = ([tenant, origin]: [string, string]) => callbackEndpointId(tenant as TenantId, origin);

test('one tenant and origin have one id, which has the form of every endpoint id', () => {
  fc.assert(
    fc.property(names, (name) => {
      assert.equal(idOf(name), idOf(name));
      assert.ok(isId('endpoint', idOf(name)));
    }),
  );
});

test('another tenant or another origin has another id, wherever the border between them is', () => {
  fc.assert(
    fc.property(names, names, (one, other) => {
      fc.pre(one[0] !== other[0] || one[1] !== other[1]);
      assert.notEqual(idOf(one), idOf(other));
    }),
  );
  assert.notEqual(idOf(['a', 'bc']), idOf(['ab', 'c']));
});

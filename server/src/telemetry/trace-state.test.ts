import assert from 'node:assert/strict';
import test from 'node:test';
import { PassedState } from './trace-state.ts';

const text = 'acme=a=b,other=2';

test('it is passed on as it came', () => {
  assert.equal(PassedState.of(text).serialize(), text);
});

test('a member that is set comes first, and stands there once', () => {
  const state = PassedState.of(text).set('other', '3');

  assert.equal(state.serialize(), 'other=3,acme=a=b');
});

test('a member that is taken out is gone, and the first state keeps it', () => {
  const before = PassedState.of(text);

  const after = before.unset('acme');

  assert.deepEqual([after.get('acme'), before.get('acme')], [undefined, 'a=b']);
});

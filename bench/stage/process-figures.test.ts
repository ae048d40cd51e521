import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuTicks } from './process-figures.ts';

test('a process name with brackets and spaces does not shift the fields behind it', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 250 31 0 0 20 0 11 0 5000';

  assert.equal(cpuTicks(stat), 281);
});

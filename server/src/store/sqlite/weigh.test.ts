import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../core/json.ts';
import { guardedWrite, plannedEvent } from '../contract/sample.ts';
import { weighEvent } from './weigh.ts';

const plain = weighEvent(plannedEvent());

function weighed(parts: Parameters<typeof guardedWrite>[0]): number {
  return weighEvent(plannedEvent({ writes: [guardedWrite({ value: null, ...parts })] })) - plain;
}

test('notes and contents weigh what they have in bytes', () => {
  const bare = weighed({});

  const note = weighed({ note: new Uint8Array(1_000) });
  const content = weighed({ content: new Uint8Array(26_214_400) });

  assert.deepEqual([note - bare, content - bare], [1_000, 26_214_400]);
});

test('a value weighs about what its text has', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value);
      const weight = weighed({ value: value as Json });

      assert.ok(weight <= 512 + text.length * 8, `${weight} for ${text.length}`);
      assert.ok(weight >= text.length / 12, `${weight} for ${text.length}`);
    }),
  );
});

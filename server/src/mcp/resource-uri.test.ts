import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../core/limits.ts';
import { changedBy, pathOf, readUri, uriOf } from './resource-uri.ts';

const part = fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' });

test('every entity and bundle has a URI that leads back to it', () => {
  fc.assert(
    fc.property(part, part, (type, id) => {
      const entity = { is: 'entity', type, id } as const;
      const bundle = { is: 'bundle', id } as const;

      assert.deepEqual(readUri(uriOf(entity)), entity);
      assert.deepEqual(readUri(uriOf(bundle)), bundle);
    }),
  );
});

test('what can be no resource has no name', () => {
  const table = [
    ['https://entities/a/b', 'of another scheme'],
    ['posthorn://odd/a', 'of no kind that there is'],
    ['posthorn://entities/a', 'an entity without id'],
    ['posthorn://entities/a/', 'an entity with an empty id'],
    ['posthorn://entities/a/b/c', 'an entity of three parts'],
    ['posthorn://bundles/a/b', 'a bundle of two parts'],
    ['posthorn://bundles/%', 'broken encoding'],
    [`posthorn://bundles/${'a'.repeat(limits.mcpUriChars)}`, 'too long'],
  ] as const;

  for (const [uri, because] of table) assert.equal(readUri(uri), null, because);
});

test('an event tells of a change of the entity or bundle that it is about, and of no other', () => {
  const entity = { type: 'contact', id: 'a/b' };

  const changed = changedBy({ type: 'context.updated', entity });

  assert.equal(changed === null ? null : pathOf(changed), '/v1/entities/contact/a%2Fb');
  const bundle = { type: 'bundle', id: 'b1' };
  assert.deepEqual(changedBy({ type: 'bundle.finalized', entity: bundle }), {
    is: 'bundle',
    id: 'b1',
  });
  assert.equal(changedBy({ type: 'bundle.odd', entity }), null);
  assert.equal(changedBy({ type: 'task.progress', entity }), null);
  assert.equal(changedBy({ type: 'context.updated', entity: null }), null);
});

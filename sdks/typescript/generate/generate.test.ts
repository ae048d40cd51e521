import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawTypes } from './draw-types.ts';
import { readDocument } from './read-document.ts';

const folder = join(import.meta.dirname, '..', 'src', 'types');

test('the types of the SDK are those of the document; if not, run npm run sdk-types', async () => {
  const drawn = await drawTypes(readDocument());

  const found = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  assert.deepEqual(Object.fromEntries(found), Object.fromEntries(drawn));
});

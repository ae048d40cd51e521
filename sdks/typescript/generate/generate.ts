/** `npm run sdk-types`: draws the types of the SDK from the OpenAPI document. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawTypes } from './draw-types.ts';
import { readDocument } from './read-document.ts';

const folder = join(import.meta.dirname, '..', 'src', 'types');
mkdirSync(folder, { recursive: true });
for (const [file, text] of await drawTypes(readDocument())) {
  writeFileSync(join(folder, file), text);
  console.log(`src/types/${file}`);
}

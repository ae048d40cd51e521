/** `reference.ts`: writes every page of `docs/reference` anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from './pages.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'reference');
for (const [file, draw] of Object.entries(pages)) {
  writeFileSync(join(folder, file), await draw());
  console.log(`docs/reference/${file}`);
}

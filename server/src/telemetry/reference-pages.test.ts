/** Renew the pages with `node --test --test-update-snapshots` and this file. */
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { logPage } from './log-page.ts';
import { metricsPage } from './metrics-page.ts';

const pages: [page: string, text: string][] = [
  ['metrics.md', metricsPage()],
  ['log.md', logPage()],
];
for (const [page, text] of pages) {
  test(`docs/reference/${page} says what the code does`, (t) => {
    const path = fileURLToPath(new URL(`../../../docs/reference/${page}`, import.meta.url));

    t.assert.fileSnapshot(text, path, { serializers: [String] });
  });
}

/**
 * `docs-check.ts [FILE…]`: does what the README and every guide show, block by block.
 */
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { checkGuide, type BlockResult } from './docs/check-guide.ts';
import { compileSdk } from './pack/build-package.ts';
import { projectRoot } from './rules/project-files.ts';
import { exitCodeOf, tallyLine } from './test/tally.ts';

const shown = ['README.md', 'docs/guides/*.md', 'sdks/typescript/README.md'];

const named = process.argv.slice(2).map((file) => resolve(file));
const guides = named.length > 0 ? named : globSync(shown, { cwd: projectRoot }).toSorted();
// Guides import the SDK by its name.
await compileSdk();
const tally = { passed: 0, failed: 0, skipped: 0 };
for (const guide of guides) {
  const path = resolve(projectRoot, guide);
  const startedAt = performance.now();
  const results = await checkGuide(path);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${relative(projectRoot, path)}: ${results.length} blocks, ${seconds} s`);
  for (const result of results) count(relative(projectRoot, path), result);
}
console.log(tallyLine(tally));
process.exitCode = exitCodeOf(tally);

function count(guide: string, { line, says, problem, skipped }: BlockResult): void {
  if (skipped !== null) {
    tally.skipped += 1;
    console.log(`skip ${guide}:${line} ${skipped.replaceAll('-', ' ')}`);
  } else if (problem === null) tally.passed += 1;
  else {
    tally.failed += 1;
    console.log(`FAIL ${guide}:${line} (${says}) ${problem}`.replaceAll('\n', '\n    '));
  }
}

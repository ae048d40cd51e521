import { join } from 'node:path';
import { projectFiles, projectRoot } from './rules/project-files.ts';
import { runTests } from './test/run-tests.ts';
import { exitCodeOf, tallyLine } from './test/tally.ts';

const words = process.argv.slice(2);
const files = projectFiles()
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map((file) => join(projectRoot, file));

// Test files run in processes of their own, which must not outlive a runner that is stopped.
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort());
}

const print = (line: string): void => console.log(line);
const tally =
  files.length === 0
    ? { passed: 0, failed: 0, skipped: 0 }
    : await runTests(files, print, stopping.signal);
print(tallyLine(tally));
process.exitCode = exitCodeOf(tally);

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const imports = `import { test, describe } from 'node:test';`;

/** Runs the runner over one test file in a process of its own: a runner within a runner is idle. */
function runOver(text: string): { lines: string[]; exitCode: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-runner-'));
  try {
    writeFileSync(join(folder, 'a.test.mts'), text);
    writeFileSync(join(folder, 'main.mts'), mainOver(join(folder, 'a.test.mts')));
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout, status } = spawnSync(process.execPath, [join(folder, 'main.mts')], {
      env,
      encoding: 'utf8',
    });
    return { lines: stdout.trim().split('\n'), exitCode: status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mainOver(file: string): string {
  const at = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
  return `
    import { runFile } from ${at('run-file.ts')};
    import { exitCodeOf, tallyLine } from ${at('tally.ts')};
    const limits = { testMsMax: 500, fileMsMax: 1500 };
    const signal = new AbortController().signal;
    const { tally, lines } = await runFile(${JSON.stringify(file)}, signal, limits);
    for (const line of [...lines, tallyLine(tally)]) console.log(line);
    process.exitCode = exitCodeOf(tally);`;
}

test('the last line counts what passed', () => {
  const { lines, exitCode } = runOver(`${imports}
    test('a', () => {});
    describe('group', () => { test('b', () => {}); });`);

  assert.deepEqual([lines.at(-1), exitCode], ['2 passed, 0 failed', 0]);
});

test('a failing test is shown with its reason', () => {
  const { lines, exitCode } = runOver(`${imports}
    test('a', () => {});
    test('b', () => { throw new Error('because'); });`);

  assert.deepEqual([lines.at(-1), exitCode], ['1 passed, 1 failed', 1]);
  assert.ok(lines.some((line) => /^FAIL .*a\.test\.mts:3 {2}b$/.test(line)));
  assert.ok(lines.some((line) => /^ {4}Error: because/.test(line)));
});

test('a test that hangs has failed, and those after it still run', () => {
  const { lines } = runOver(`${imports}
    test('a', () => new Promise((answer) => setTimeout(answer, 900)));
    test('b', () => {});`);

  assert.equal(lines.at(-1), '1 passed, 1 failed');
});

test('a file that leaves something open is stopped and has failed', () => {
  const { lines, exitCode } = runOver(`${imports}
    test('a', () => { setInterval(() => {}, 9_000); });`);

  assert.deepEqual([lines.at(-1), exitCode], ['1 passed, 1 failed', 1]);
  assert.ok(lines.includes('    The file did not end within 1500 ms.'));
});

test('skipped tests are counted apart', () => {
  const { lines } = runOver(
    `${imports} test('a', () => {}); test('b', { skip: 'why' }, () => {});`,
  );

  assert.equal(lines.at(-1), '1 passed, 0 failed, 1 skipped');
});

const fruitless: [because: string, text: string][] = [
  ['holds no test', 'export {};'],
  ['leaves before its first test', `${imports} test('a', () => process.exit(0));`],
  ['cannot be loaded', `throw new Error('no');`],
  [
    'fails in a hook',
    `${imports} import { before } from 'node:test';
    describe('s', () => { before(() => { throw new Error('no'); }); });`,
  ],
];
for (const [because, text] of fruitless) {
  test(`a file that ${because} has failed`, () => {
    const { lines, exitCode } = runOver(text);

    assert.deepEqual([lines.at(-1), exitCode], ['0 passed, 1 failed', 1]);
  });
}

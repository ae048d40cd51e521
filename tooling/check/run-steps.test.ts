import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandStep } from './command-step.ts';
import { ruleStep } from './rule-step.ts';
import { runSteps } from './run-steps.ts';

test('every step runs, also after one failed', async () => {
  const lines: string[] = [];
  const steps = [
    ruleStep('broken', () => [{ file: 'a.ts', line: 3, says: 'is wrong' }]),
    commandStep('good', ['--eval', 'console.log("quiet")']),
  ];

  const answer = await runSteps(steps, (line) => lines.push(line));

  assert.deepEqual(answer, { passedCount: 1, failedCount: 1 });
  assert.match(lines[0] ?? '', /^FAIL broken +\d+\.\d s$/);
  assert.equal(lines[1], '  a.ts:3  is wrong');
  assert.match(lines[2] ?? '', /^ok {3}good +\d+\.\d s$/);
  assert.equal(lines.length, 3);
});

test('a program that fails shows what it said', async () => {
  const step = commandStep('bad', ['--eval', 'console.log("reason"); process.exit(2)']);

  assert.deepEqual(await step.run(), { isGood: false, report: 'reason' });
});

test('a step that cannot run at all has failed', async () => {
  const step = {
    name: 'absent',
    run: () => Promise.reject(new Error('not there')),
  };

  assert.deepEqual(await runSteps([step], () => {}), { passedCount: 0, failedCount: 1 });
});

import { relative } from 'node:path';
import { run } from 'node:test';
import type { EventData } from 'node:test';
import { inspect } from 'node:util';
import { projectRoot } from '../rules/project-files.ts';
import type { Tally } from './tally.ts';

/** How long one test may take, and one file to end once it has started. */
export type TestLimits = { testMsMax: number; fileMsMax: number };

/** Property tests, and tests that start a process, need seconds; none needs minutes. */
const defaults: TestLimits = { testMsMax: 60_000, fileMsMax: 180_000 };

type Ended = EventData.TestPass | EventData.TestFail;

/** Runs one test file in a process of its own; `lines` tell how it went. */
export async function runFile(
  file: string,
  signal: AbortSignal,
  { testMsMax, fileMsMax }: TestLimits = defaults,
): Promise<{ tally: Tally; lines: string[] }> {
  const startedAt = performance.now();
  // Also stops a file whose tests are over but which left something open, and so never ends.
  const tooLong = AbortSignal.timeout(fileMsMax);
  const stop = AbortSignal.any([signal, tooLong]);
  const events = run({ files: [file], timeout: testMsMax, signal: stop });

  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  const fail = (ended: Ended, reason: string): void => {
    tally.failed += 1;
    lines.push(`FAIL ${place(ended)}  ${ended.name}`, reason.replaceAll(/^/gm, '    '));
  };
  events.on('test:pass', (ended) => {
    if (isFile(ended)) fail(ended, 'The file ended without running a test.');
    else if (ended.skip !== undefined || ended.todo !== undefined) tally.skipped += 1;
    else if (ended.details.type !== 'suite') tally.passed += 1;
  });
  events.on('test:fail', (ended) => {
    if (tooLong.aborted) fail(ended, `The file did not end within ${fileMsMax} ms.`);
    else if (!isToldBelow(ended)) fail(ended, reasonOf(ended));
  });
  const pass = ({ message }: EventData.TestStdout): number => lines.push(message.trimEnd());
  events.on('test:stdout', pass);
  events.on('test:stderr', pass);
  for await (const _ of events);

  const count = String(tally.passed + tally.failed + tally.skipped).padStart(5);
  const ms = (performance.now() - startedAt).toFixed(0).padStart(7);
  lines.push(`${relative(projectRoot, file).padEnd(64)} ${count} ${ms} ms`);
  return { tally, lines };
}

/** A file that fails to load, or runs no test, is reported as a test with its own path as name. */
function isFile({ name, file }: Ended): boolean {
  return name === file;
}

function place({ file, line }: Ended): string {
  return file === undefined ? '' : `${relative(projectRoot, file)}:${line ?? 0}`;
}

function isToldBelow({ details: { type, error } }: EventData.TestFail): boolean {
  return type === 'suite' && 'failureType' in error && error.failureType === 'subtestsFailed';
}

function reasonOf({ details }: EventData.TestFail): string {
  const { error } = details;
  return inspect(error.cause ?? error);
}

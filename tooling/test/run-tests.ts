import { relative } from 'node:path';
import { run } from 'node:test';
import type { EventData } from 'node:test';
import { inspect } from 'node:util';
import { projectRoot } from '../rules/project-files.ts';
import type { Tally } from './tally.ts';

/** How long one test may take; property tests and those that start a process need seconds. */
const testMsMax = 120_000;

type Ended = EventData.TestPass | EventData.TestFail;

/** Runs test files, two at a time and each in its own process, and prints what failed. */
export async function runTests(
  files: readonly string[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  // `forceExit`: a test that times out must not keep the rest waiting for what it left open.
  const events = run({ files, concurrency: 2, timeout: testMsMax, forceExit: true, signal });
  const fail = (ended: Ended, reason: string): void => {
    tally.failed += 1;
    print(`FAIL ${place(ended)}  ${ended.name}\n${indent(reason)}`);
  };
  events.on('test:pass', (ended) => {
    if (isFile(ended)) fail(ended, 'The file ended without running a test.');
    else if (ended.skip !== undefined || ended.todo !== undefined) tally.skipped += 1;
    else if (ended.details.type !== 'suite') tally.passed += 1;
  });
  events.on('test:fail', (ended) => {
    const isToldBelow = ended.details.type === 'suite' && isOnlyBySubtests(ended);
    if (!isToldBelow) fail(ended, reasonOf(ended));
  });
  events.on('test:summary', ({ file, counts, duration_ms: ms }) => {
    if (file === undefined) return;
    const name = relative(projectRoot, file);
    print(`${name.padEnd(64)} ${String(counts.tests).padStart(4)} ${ms.toFixed(0).padStart(7)} ms`);
  });
  const pass = ({ message }: EventData.TestStdout): void => print(message.trimEnd());
  events.on('test:stdout', pass);
  events.on('test:stderr', pass);
  for await (const _ of events);
  return tally;
}

/** A file that fails to load, or runs no test, is reported as a test with its own path as name. */
function isFile({ name, file }: Ended): boolean {
  return name === file;
}

function place({ file, line }: Ended): string {
  return file === undefined ? '' : `${relative(projectRoot, file)}:${line ?? 0}`;
}

function isOnlyBySubtests({ details: { error } }: EventData.TestFail): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function reasonOf({ details }: EventData.TestFail): string {
  const { error } = details;
  return inspect(error.cause ?? error);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

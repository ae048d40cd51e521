/** `npm run fuzz`: has Schemathesis try every operation of the document on a real server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../tooling/python-environment.ts';
import { exitCodeOf, tallyLine } from '../tooling/test/tally.ts';
import type { Tally } from '../tooling/test/tally.ts';
import { startServer } from './fuzzed-server.ts';
import type { FuzzedServer } from './fuzzed-server.ts';
import { seedData } from './seed-data.ts';
import { seededSettings } from './seeded-settings.ts';

const examples = 100;
const workers = 2;
const minutesMax = 8;
const phases = ['examples', 'coverage', 'fuzzing'];

process.exitCode = await fuzz();

async function fuzz(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-fuzz-'));
  try {
    return conclude(await tried(folder, seedOf(process.argv.slice(2))));
  } catch (cause) {
    console.log(cause instanceof Error ? cause.message : String(cause));
    return conclude({ passed: 0, failed: 1, skipped: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `--seed N` tries what another seed would; the same seed tries the same. */
function seedOf(args: readonly string[]): number {
  const at = args.indexOf('--seed');
  const seed = at === -1 ? 1 : Number(args[at + 1]);
  if (!Number.isSafeInteger(seed)) throw new Error('--seed needs a whole number');
  return seed;
}

async function tried(folder: string, seed: number): Promise<Tally> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const programs = await pythonEnvironment('fuzz', requirements);
  await using server = await startServer(folder);
  const settings = join(folder, 'schemathesis.toml');
  await writeFile(settings, await seededSettings(await seedData(server)));
  const report = join(folder, 'report.xml');
  console.log(`seed ${seed}: ${examples} examples an operation, ${phases.join(', ')}`);
  await run(join(programs, 'schemathesis'), [
    '--config-file',
    settings,
    ...argsOf(server, seed, report),
  ]);
  await server.assertHealthy();
  return tallyOf(await readFile(report, 'utf8'));
}

function argsOf({ url, key }: FuzzedServer, seed: number, report: string): string[] {
  return [
    ...['run', `${url}/openapi.json`, '--no-color', '--continue-on-failure'],
    ...['--header', `Authorization: Bearer ${key}`, '--header', 'Posthorn-Tenant: default'],
    ...['--checks', 'all', '--phases', phases.join(','), '--workers', `${workers}`],
    ...['--max-examples', `${examples}`, '--seed', `${seed}`, '--generation-database', 'none'],
    ...['--report', 'junit', '--report-junit-path', report, '--request-timeout', '10'],
  ];
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(minutesMax * 60_000);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], signal });
  await once(child, 'close');
}

/** One test case of the report is one operation. */
function tallyOf(report: string): Tally {
  const said = /<testsuites errors="(\d+)" failures="(\d+)" skipped="(\d+)" tests="(\d+)"/.exec(
    report,
  );
  const [errors = 0, failures = 0, skipped = 0, tests = 0] = (said ?? []).slice(1).map(Number);
  if (tests === 0) throw new Error('Schemathesis tried no operation');
  const failed = errors + failures;
  return { passed: tests - failed - skipped, failed, skipped };
}

function conclude(tally: Tally): number {
  console.log(tallyLine(tally));
  return exitCodeOf(tally);
}

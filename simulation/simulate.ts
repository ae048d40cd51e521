/**
 * `npm run simulate -- --seeds N [--from S] | --seed S [--trace]`, both with `[--json]`: lets the
 * real engine live through trouble on virtual time, once for each seed. The same seeds give the
 * same hash, on any machine and over any number of threads.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Progress } from './progress.ts';
import { runSeed } from './run-seed.ts';
import type { SeedResult } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

const seedsMost = 1_000_000;
const threadsMost = 16;
/** So many failed seeds are shown with their last lines; more would only hide them. */
const shownMost = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const startedMs = Date.now();
const results = values.seed === undefined ? await runMany() : [await runOne(Number(values.seed))];
process.exitCode = report(results);

function runOne(seed: number): Promise<SeedResult> {
  return runSeed(seed, values.trace ? print : null);
}

function runMany(): Promise<SeedResult[]> {
  const count = Math.min(Math.max(1, Number(values.seeds)), seedsMost);
  const from = Number(values.from);
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  const threads = Math.min(Math.max(1, Number(values.threads)), threadsMost);
  const tellPerson = (line: string): void => void process.stderr.write(`${line}\n`);
  const progress = new Progress(count, Date.now, tellPerson);
  return runSeeds({ seeds, threads, tell: (each) => progress.done(each.violation === null) });
}

function report(all: readonly SeedResult[]): number {
  const failed = all.filter((each) => each.violation !== null);
  const hash = createHash('sha256').update(all.map((each) => each.hash).join('\n'));
  const stepCount = all.reduce((sum, each) => sum + each.stepCount, 0);
  const figures = { seeds: all.length, stepCount, seconds: (Date.now() - startedMs) / 1_000 };
  const total = { ...figures, leastSteps: leastSteps(all), hash: hash.digest('hex') };
  if (values.json) print(JSON.stringify({ ...total, failed }));
  else {
    for (const each of failed.slice(0, shownMost)) show(each);
    for (const each of failed.slice(shownMost)) print(`seed ${each.seed} fails: ${each.violation}`);
    print(`${total.seeds} seeds, ${stepCount} steps, ${total.leastSteps} or more each`);
    print(`${figures.seconds.toFixed(1)} s, hash of all: ${total.hash}`);
  }
  print(`${all.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

function leastSteps(all: readonly SeedResult[]): number {
  return all.reduce((least, each) => Math.min(least, each.stepCount), Infinity);
}

function show({ seed, violation, lastLines }: SeedResult): void {
  print(`seed ${seed} fails: ${violation}`);
  for (const line of lastLines) print(`  ${line}`);
  print(`alone, with all lines: npm run simulate -- --seed ${seed} --trace`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

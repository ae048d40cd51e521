/**
 * `npm run crash [-- --rounds 20 --seed S]`: kills the server beyond catching while it accepts and
 * delivers, starts it again on the same data, and compares at the end what publisher and receiver
 * wrote down. The same seed kills after the same lengths of load.
 */
import { parseArgs } from 'node:util';
import { crashRun } from './crash-run.ts';
import { duplicates, judgeCrash, unrecordedUs, type Evidence } from './crash-judge.ts';
import { Scene } from './scene.ts';

const examplesMax = 5;
const roundsMax = 1_000;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string' } },
});
const rounds = Math.min(Math.max(1, Number(values.rounds)), roundsMax);
const seed = Number(values.seed ?? Date.now() % 1_000_000);

const scene = new Scene();
print(`crash: ${rounds} rounds with seed ${seed}`);
process.exitCode = await run();
process.exit();

async function run(): Promise<number> {
  try {
    const evidence = await crashRun(scene, { rounds, seed, tell: print });
    return report(evidence);
  } catch (error) {
    print(`broke off: ${error instanceof Error ? error.message : String(error)}`);
    return conclude(0, 1);
  }
}

function report(evidence: Evidence): number {
  for (const line of figuresOf(evidence)) print(line);
  const findings = judgeCrash(evidence);
  for (const { promise, broken } of findings) {
    print(`${broken.length === 0 ? 'holds ' : 'BROKEN'} ${promise}${shown(broken)}`);
  }
  const failedCount = findings.filter(({ broken }) => broken.length > 0).length;
  return conclude(findings.length - failedCount, failedCount);
}

function figuresOf(evidence: Evidence): string[] {
  const { arrivals, killsUs, publications } = evidence;
  const all = duplicates(evidence);
  const perKill = killsUs.map((killUs, index) => {
    const again = all.filter(({ killIndex }) => killIndex === index);
    const oldestUs = Math.max(0, ...again.map(({ first }) => killUs - first.atUs));
    const recent = arrivals.filter(({ atUs }) => atUs <= killUs && killUs - atUs <= unrecordedUs);
    const oldest = `oldest by ${Math.round(oldestUs / 1_000)} ms`;
    return `kill ${index + 1}: ${again.length} of ${recent.length} came again, ${oldest}`;
  });
  const acknowledged = publications.filter(({ did }) => did === 'acknowledged').length;
  const totals = `${acknowledged} events acknowledged, ${arrivals.length} arrivals`;
  return [...perKill, `in all: ${totals}, ${all.length} of them again`];
}

function shown(broken: readonly string[]): string {
  if (broken.length === 0) return '';
  return `: ${broken.length} times, as ${broken.slice(0, examplesMax).join('; ')}`;
}

function conclude(passedCount: number, failedCount: number): number {
  scene.keepsDir = failedCount > 0;
  if (scene.keepsDir) print(`what everyone wrote down stays in ${scene.dir}`);
  print(`${passedCount} passed, ${failedCount} failed`);
  return failedCount === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

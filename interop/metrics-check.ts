/** `npm run metrics-check`: has Prometheus' own checker judge the metrics of a server at work. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exitCodeOf, tallyLine } from '../tooling/test/tally.ts';
import { makeBusy, openReceiver } from './busy-server.ts';
import { promtool } from './promtool.ts';
import { ServedProcess } from './served-process.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const page = readFileSync(join(docs, 'reference', 'metrics.md'), 'utf8');
const guide = readFileSync(join(docs, 'guides', 'telemetry.md'), 'utf8');
const patienceMs = 60_000;
const lookMs = 500;

/** Metrics that nothing here moves, and why. */
const unmoved: Readonly<Record<string, string>> = {
  posthorn_deliveries_superseded_total: 'only newer progress of a task supersedes',
  posthorn_lanes_behind: 'not 0 for a moment alone, under load',
  posthorn_store_uncommitted_bytes: 'not 0 for a moment alone, while a commit runs',
  posthorn_payload_cache_bytes: 'not 0 for a moment alone, before an attempt',
  posthorn_http_requests_failed_total: 'only a fault of ours moves it',
  posthorn_failed_steps_total: 'only a fault moves it',
  posthorn_sender_restarts_total: 'only a fault moves it',
};

const tally = { passed: 0, failed: 0, skipped: 0 };

try {
  await check();
} catch (cause) {
  holds(cause instanceof Error ? cause.message : String(cause), false);
}
console.log(tallyLine(tally));
process.exitCode = exitCodeOf(tally);

async function check(): Promise<void> {
  const judge = await promtool();
  await using receiver = await openReceiver();
  await using server = await ServedProcess.start(['--access-log']);
  await makeBusy(server, receiver.url);
  const text = await scraped(server);
  const metrics = await judge(['check', 'metrics'], text);
  holds(`promtool accepts the metrics${metrics.output}`, metrics.isGood && metrics.output === '');
  for (const name of documented()) {
    const because = unmoved[name];
    if (because === undefined) holds(`${name} is not 0 at work`, isMoved(text, name));
    else holds(`${name} is there (${because})`, text.includes(`\n# TYPE ${name} `));
  }
  receiver.hangUp();
  const log = await server.stop();
  holds('the log is one JSON object a line', jsonLines(log) > 0);
  for (const leak of [server.key, 'planted-query-secret', 'evt_raw']) {
    holds(`"${leak.slice(0, 8)}…" is in no metric`, !text.includes(leak));
    holds(`"${leak.slice(0, 8)}…" is in no line of the log`, !log.includes(leak));
  }
  holds('no metric names an event, delivery or endpoint', !/"(evt|dlv|ep|att)_/.test(text));
  await checkRules(judge, text);
}

/** The rules of the guide are right, and of metrics that there are. */
async function checkRules(judge: Awaited<ReturnType<typeof promtool>>, text: string) {
  const rules = /```yaml.*\n(groups:[\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-rules-'));
  const file = join(folder, 'rules.yml');
  writeFileSync(file, rules);
  const { isGood, output } = await judge(['check', 'rules', file], '');
  rmSync(folder, { recursive: true });
  holds(`promtool accepts the alert rules of the guide: ${output.trim()}`, isGood);
  for (const name of new Set(rules.match(/\bposthorn_\w+/g))) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    holds(`${name} of the alert rules is a metric`, text.includes(`# TYPE ${base} `));
  }
}

/** The metrics as soon as all that must move has moved. */
async function scraped(server: ServedProcess): Promise<string> {
  const names = documented().filter((name) => unmoved[name] === undefined);
  let text = '';
  for (let leftMs = patienceMs; leftMs > 0; leftMs -= lookMs) {
    text = await server.call<string>('GET', '/metrics');
    if (names.every((name) => isMoved(text, name))) return text;
    await wait(lookMs);
  }
  return text;
}

function documented(): string[] {
  return [...page.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name);
}

function isMoved(text: string, name: string): boolean {
  return new RegExp(`^${name}(_count)?(\\{.*\\})? (?!0$)`, 'm').test(text);
}

/** How many lines there are; throws at one that is no JSON object, but for the two of `serve`. */
function jsonLines(log: string): number {
  const lines = log.split('\n').filter((line) => line !== '' && !line.startsWith('posthorn: '));
  for (const line of lines) JSON.parse(line);
  return lines.length;
}

function holds(says: string, does: boolean): void {
  if (does) tally.passed += 1;
  else {
    tally.failed += 1;
    console.log(`BROKEN ${says}`);
  }
}

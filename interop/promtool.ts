import { globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { runProgram } from '../tooling/run-program.ts';

const root = join(import.meta.dirname, '..');
const home = join(root, 'node_modules', '.cache', 'promtool');
const kept = join(home, 'promtool');

/** What promtool said of its input, and whether it found nothing wrong. */
export type Verdict = { readonly isGood: boolean; readonly output: string };

/** Prometheus' own checker: the machine's, or that of Debian's package, kept for the next time. */
export async function promtool(): Promise<(args: string[], input: string) => Promise<Verdict>> {
  const program = (await programThatRuns(['promtool', kept])) ?? (await unpacked());
  return (args, input) => verdict(program, args, input);
}

async function programThatRuns(candidates: readonly string[]): Promise<string | null> {
  for (const program of candidates) if (await runs(program)) return program;
  return null;
}

async function runs(program: string): Promise<boolean> {
  try {
    const { code } = await runProgram(program, ['--version'], { cwd: root, env: process.env });
    return code === 0;
  } catch {
    // Not there, or of another machine.
    return false;
  }
}

/** Needs no root: package lists, downloads and the unpacked files lie in a folder of our own. */
async function unpacked(): Promise<string> {
  rmSync(home, { recursive: true, force: true });
  for (const folder of ['state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  await mustRun('apt-get', [...aptOptions(), 'update']);
  await mustRun('apt-get', [...aptOptions(), 'download', 'prometheus']);
  const [archive] = globSync('prometheus_*.deb', { cwd: home });
  if (archive === undefined) throw new Error(`apt-get left no package in ${home}`);
  await mustRun('dpkg', ['-x', archive, 'files']);
  renameSync(join(home, 'files', 'usr', 'bin', 'promtool'), kept);
  for (const left of ['files', 'state', 'cache', archive]) {
    rmSync(join(home, left), { recursive: true });
  }
  return kept;
}

function aptOptions(): string[] {
  const settings = {
    'Dir::State': join(home, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(home, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '3',
    'Debug::NoLocking': 'true',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const says = `promtool cannot be had: ${command} ${args.at(-1)}`;
  const ended = await runProgram(command, args, { cwd: home, env: process.env }).catch(
    (cause: unknown) => {
      throw new Error(`${says}: ${cause instanceof Error ? cause.message : String(cause)}`);
    },
  );
  if (ended.code !== 0) throw new Error(`${says} exited ${ended.code}:\n${ended.output}`);
}

async function verdict(program: string, args: string[], input: string): Promise<Verdict> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(input);
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { isGood: code === 0, output: out + err };
}

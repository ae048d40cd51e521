import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from '../rules/project-files.ts';

export type Ended = { code: number | null; stdout: string; stderr: string };
export type Running = { process: ChildProcess; ended: Promise<Ended> };

/** Writes to both streams, as npm does, and keeps a record of each call. */
const fakeNpm = `#!/bin/sh
echo "npm $*" | tee -a calls
echo "npm says no" >&2
sleep \${FAKE_NPM_SLEEP:-0}
exit \${FAKE_NPM_EXIT:-0}
`;

/** A project around a copy of the launcher, whose npm only writes down that it was called. */
export class TempProject implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'posthorn-launcher-'));

  constructor(program: string) {
    copyFileSync(join(projectRoot, 'launcher.mjs'), join(this.root, 'launcher.mjs'));
    this.write('package-lock.json', '{}');
    this.write('server/src/cli/main.ts', program);
    this.write('bin/npm', fakeNpm, 0o755);
  }

  write(file: string, content: string, mode = 0o644): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
  }

  /** How often npm was called. */
  installCount(): number {
    const calls = join(this.root, 'calls');
    return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0;
  }

  /** Starts the launcher as leader of a process group, as a shell does. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const { npm_lifecycle_event: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [join(this.root, 'launcher.mjs'), ...args], {
      detached: true,
      env: { ...inherited, PATH: `${join(this.root, 'bin')}:${process.env.PATH}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { process: child, ended: endOf(child) };
  }

  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const code = new Promise<number | null>((answer) => child.once('close', answer));
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  return { code: await code, stdout, stderr };
}

async function textOf(stream: ChildProcess['stdout']): Promise<string> {
  return stream === null ? '' : text(stream);
}

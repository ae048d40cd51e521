import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const blockMsMax = 60_000;
const startMsMax = 20_000;
const stopMsMax = 30_000;
const portPollMs = 50;

const recalling = `set -aeuo pipefail
[ ! -f .variables ] || . ./.variables
`;
const remembering = `${recalling}trap 'export -p > .variables' EXIT
`;

/** What a block printed, on both streams, and how it ended. */
export type Printed = { readonly output: string; readonly code: number | null };

/** Runs the blocks of one guide: their variables last from one to the next, as when typed in. */
export class GuideShell implements AsyncDisposable {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #behind: ChildProcess[] = [];

  constructor({ cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }) {
    this.#cwd = cwd;
    this.#env = env;
  }

  /** Runs a block to its end. */
  async run(text: string): Promise<Printed> {
    const child = this.#spawn(`${remembering}${text}`);
    const timer = setTimeout(() => endGroup(child, 'SIGKILL'), blockMsMax);
    const printed = await printedBy(child);
    clearTimeout(timer);
    return printed;
  }

  /** Leaves a block running and waits until a port of loopback answers. */
  async leaveRunning(text: string, port: number): Promise<void> {
    const child = this.#spawn(`${recalling}${text}`);
    this.#behind.push(child);
    const printed = printedBy(child);
    let isOver = false;
    void printed.then(() => (isOver = true));
    for (let waitedMs = 0; waitedMs < startMsMax; waitedMs += portPollMs) {
      if (isOver) throw new Error(`ended by itself: ${(await printed).output}`);
      if (await answers(port)) return;
      await wait(portPollMs);
    }
    throw new Error(`nothing listens on port ${port} after ${startMsMax / 1_000} s`);
  }

  /** Ends what was left running, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#behind.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      endGroup(child, 'SIGTERM');
      const timer = setTimeout(() => endGroup(child, 'SIGKILL'), stopMsMax);
      await gone;
      clearTimeout(timer);
    }
  }

  // A group of its own: what a block started ends with it.
  #spawn(script: string): ChildProcess {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const options = { cwd: this.#cwd, env: this.#env, detached: true, stdio: [...stdio] };
    return spawn('bash', ['-c', script], options);
  }
}

function printedBy(child: ChildProcess): Promise<Printed> {
  let output = '';
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ output, code }));
  });
}

function endGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../demo/until.ts';

/** Far more than anything here takes on a slow machine; only a failure waits so long. */
export const patienceMs = 30_000;

const mainFile = fileURLToPath(new URL('./../main.ts', import.meta.url));

/** How a program is started. */
export type ProgramParts = {
  /** The file that Node runs; the command line when not given. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Buffer;
};

/** How a program ended, and all that it said. */
export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** The command line in a process of its own; killed when it is disposed. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], parts: ProgramParts = {}) {
    const flags = ['--disable-warning=ExperimentalWarning', parts.file ?? mainFile];
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [...flags, ...args], {
      env: { PATH, HOME, ...parts.env },
      ...(parts.cwd === undefined ? {} : { cwd: parts.cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdin.end(parts.input ?? '');
    child.stdout.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.ended = once(child, 'close').then(([code]: unknown[]) => ({
      code: code as number | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The address of the server, once it has said that it listens. */
  async url(): Promise<string> {
    const found = await until(() => {
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.#stderr}`);
      return /listening on (http\S+)\n/.exec(this.#stdout)?.[1] ?? null;
    }, patienceMs);
    if (found === null) throw new Error(`it did not listen: ${this.#stderr}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** Runs the command line to its end; one that runs on is killed and has no exit code. */
export async function runProgram(args: readonly string[], parts: ProgramParts = {}) {
  await using program = new Program(args, parts);
  const tooLong = setTimeout(() => program.kill('SIGKILL'), patienceMs);
  const ended = await program.ended;
  clearTimeout(tooLong);
  return ended;
}

/** A folder of its own that is removed afterwards. */
export type Folder = AsyncDisposable & { readonly path: string };

export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'posthorn-test-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

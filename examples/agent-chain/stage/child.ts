import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';

const startMs = 60_000;

/** A program of the example as a process of its own. */
export class Child implements AsyncDisposable {
  /** What it printed that was waited for. */
  readonly said: string;
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, said: string, ended: Promise<void>) {
    this.#process = process;
    this.said = said;
    this.ended = ended;
  }

  /** Starts a program, and waits for a line that it prints; the first group of the pattern. */
  static async start(
    args: readonly string[],
    { env, pattern }: { env: NodeJS.ProcessEnv; pattern: RegExp },
  ): Promise<Child> {
    const flags = ['--disable-warning=ExperimentalWarning', ...args];
    const child = spawn(process.execPath, flags, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const complaint = child.stderr === null ? Promise.resolve('') : text(child.stderr);
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const late = setTimeout(() => reject(new Error(`${args.join(' ')} said nothing`)), startMs);
    void exited.then(async () => reject(new Error(`${args.join(' ')}: ${await complaint}`)));
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const [, found] = pattern.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    const found = await promise.finally(() => clearTimeout(late));
    return new Child(child, found, exited);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGTERM');
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await this.ended;
    clearTimeout(late);
  }
}

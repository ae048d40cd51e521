import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..');
const startMs = 60_000;
const listening = /listening on (http:\/\/\S+)/;

/** `posthorn serve` as a process of its own, over a data directory that is gone with it. */
export class ServedProcess implements AsyncDisposable {
  readonly key = 'ph_metrics-check-0123456789-0123456789';
  readonly #folder = mkdtempSync(join(tmpdir(), 'posthorn-metrics-'));
  readonly #child: ChildProcess;
  readonly #log: Promise<string>;
  #url = '';

  private constructor(options: readonly string[]) {
    const entry = join(root, 'server', 'src', 'cli', 'main.ts');
    const flags = ['--data', join(this.#folder, 'data'), '--port', '0', '--dev', ...options];
    const args = ['--disable-warning=ExperimentalWarning', entry, 'serve', ...flags];
    const env = { PATH: process.env['PATH'], POSTHORN_ADMIN_KEY: this.key };
    this.#child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#log = this.#child.stderr === null ? Promise.resolve('') : text(this.#child.stderr);
  }

  static async start(options: readonly string[]): Promise<ServedProcess> {
    const served = new ServedProcess(options);
    try {
      served.#url = await served.#listens();
    } catch (cause) {
      await served[Symbol.asyncDispose]();
      throw cause;
    }
    return served;
  }

  /** Asks the API; insists on a 2xx. */
  async call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.send(method, path, body);
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said}`);
    return (said.startsWith('{') ? JSON.parse(said) : said) as Body;
  }

  /** Asks the API whatever it will answer; a text is sent as it is, anything else as JSON. */
  send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const given = body === undefined ? {} : { body: sent };
    return fetch(this.#url + path, { method, headers, ...given });
  }

  /** Stops the server and answers what it wrote to standard error. */
  async stop(): Promise<string> {
    this.#child.kill('SIGTERM');
    return this.#log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.#log;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #listens(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const late = setTimeout(() => reject(new Error('the server did not start')), startMs);
    let said = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const url = listening.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    this.#child.once('exit', (code) => {
      void this.#log.then((log) => reject(new Error(`the server exited ${code}: ${log}`)));
    });
    return promise.finally(() => clearTimeout(late));
  }
}

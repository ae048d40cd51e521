import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { monotonicUs } from './monotonic.ts';
import type { Scene } from './scene.ts';

const startWaitMs = 20_000;
const readyPollMs = 10;
const pageLimit = 500;
const pagesMax = 4_000;

type PageOf<Row> = { data: Row[]; nextCursor: string | null };

/** The server that is killed and started again, always on the same port and data. */
export class CrashServer {
  readonly port: number;
  readonly key = `ph_${'crash'.repeat(8)}`;
  readonly #scene: Scene;
  readonly #logFile: string;
  #child: ChildProcess | null = null;

  constructor(scene: Scene, port: number) {
    this.#scene = scene;
    this.port = port;
    this.#logFile = join(scene.dir, 'server.log');
  }

  /** Starts it and answers how many milliseconds passed until it was ready. */
  async start(): Promise<number> {
    const log = openSync(this.#logFile, 'a');
    const data = join(this.#scene.dir, 'data');
    const args = ['serve', '--data', data, '--port', String(this.port), '--dev'];
    const startedAtUs = monotonicUs();
    const child = this.#scene.fork('server/src/cli/main.ts', args, {
      env: { POSTHORN_ADMIN_KEY: this.key },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#child = child;
    while (!(await this.#isReady())) {
      const isLate = monotonicUs() - startedAtUs > startWaitMs * 1_000;
      if (child.exitCode !== null || isLate) throw new Error(`no start:\n${this.lastLog()}`);
      await wait(readyPollMs);
    }
    return (monotonicUs() - startedAtUs) / 1_000;
  }

  /** Kills it beyond catching and answers when that was, in monotonic microseconds. */
  async kill(): Promise<number> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) throw new Error(`gone:\n${this.lastLog()}`);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    const killedAtUs = monotonicUs();
    await gone;
    return killedAtUs;
  }

  /** The end of what the server wrote. */
  lastLog(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-4_000);
  }

  async post<Answer>(path: string, body: object): Promise<Answer> {
    return this.#call<Answer>('POST', path, JSON.stringify(body));
  }

  /** Lists everything, page by page. */
  async *list<Row>(path: string): AsyncGenerator<Row> {
    let after = '';
    for (let pages = 0; pages < pagesMax; pages += 1) {
      const page: PageOf<Row> = await this.#call('GET', `${path}limit=${pageLimit}${after}`);
      yield* page.data;
      if (page.nextCursor === null) return;
      after = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    throw new Error(`${path} has more than ${pagesMax} pages`);
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await this.#request('GET', '/readyz', null)).statusCode === 200;
    } catch {
      return false;
    }
  }

  async #call<Answer>(method: 'GET' | 'POST', path: string, body: string | null = null) {
    const answer = await this.#request(method, path, body);
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
    return JSON.parse(text) as Answer;
  }

  #request(method: 'GET' | 'POST', path: string, body: string | null) {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    return request(`http://127.0.0.1:${this.port}${path}`, { method, headers, body });
  }
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

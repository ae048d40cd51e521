import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './api.ts';
import { processFigures, type ProcessFigures } from './process-figures.ts';
import { projectRoot, type Stage } from './stage.ts';

const cliMain = 'server/src/cli/main.ts';
const adminKey = `ph_${'bench'.repeat(8)}`;
const startWaitMs = 60_000;
const stopWaitMs = 40_000;
const readyPollMs = 5;

/** A running `posthorn serve`, by itself in its process. */
export class ServerProcess implements AsyncDisposable {
  readonly api: Api;
  readonly dataDir: string;
  /** From spawning it to the first 200 of `/readyz`. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, api: Api, from: { dataDir: string; startMs: number }) {
    this.#child = child;
    this.api = api;
    this.dataDir = from.dataDir;
    this.startMs = from.startMs;
  }

  /** CPU time and memory of the whole process, threads included. */
  figures(): ProcessFigures {
    return processFigures(this.#child.pid ?? 0);
  }

  /** Ends it and waits until it is gone; one that does not go is killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopWaitMs);
    await gone;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}

/** Starts the server on a data directory and answers when it is ready. */
export async function startServer(stage: Stage, dataDir: string): Promise<ServerProcess> {
  const port = await freePort();
  const logFile = join(stage.dir, `server-${port}.log`);
  const log = openSync(logFile, 'a');
  const env = {
    POSTHORN_ADMIN_KEY: adminKey,
    NODE_COMPILE_CACHE: join(projectRoot, 'node_modules', '.cache', 'compiled'),
  };
  const startedAt = performance.now();
  const args = ['serve', '--data', dataDir, '--port', String(port), '--dev'];
  const child = stage.fork(cliMain, args, { env, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  const api = new Api(port, adminKey);
  while (!(await api.isReady())) {
    const isLate = performance.now() - startedAt > startWaitMs;
    if (child.exitCode !== null || isLate) {
      child.kill('SIGKILL');
      throw new Error(`the server did not get ready:\n${readFileSync(logFile, 'utf8')}`);
    }
    await wait(readyPollMs);
  }
  return new ServerProcess(child, api, { dataDir, startMs: performance.now() - startedAt });
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

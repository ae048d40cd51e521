import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../tooling/rules/project-files.ts';

/** A server in a process of its own, and a receiver that it may deliver to. */
export type FuzzedServer = AsyncDisposable & {
  readonly url: string;
  /** A key of the operator. */
  readonly key: string;
  /** Where the receiver listens; it refuses every second delivery. */
  readonly receiver: string;
  /** Throws unless the server still runs and is ready. */
  assertHealthy(): Promise<void>;
};

const key = 'ph_fuzz-0123456789-0123456789-0123456';

/** Starts the command line's `serve` on a data directory of its own. */
export async function startServer(folder: string): Promise<FuzzedServer> {
  await using opened = new AsyncDisposableStack();
  const receiver = await startReceiver(opened);
  const main = join(projectRoot, 'server', 'src', 'cli', 'main.ts');
  const args = ['serve', '--dev', '--port', '0', '--data', join(folder, 'data')];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { ...process.env, POSTHORN_ADMIN_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  opened.defer(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  const url = await listeningOn(child.stdout);
  const all = opened.move();
  return {
    ...{ url, key, receiver },
    assertHealthy: async () => {
      const { ok } = await fetch(`${url}/readyz`);
      if (!ok || child.exitCode !== null) throw new Error('the server is not well afterwards');
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function listeningOn(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const url = /listening on (http\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the server ended before it listened');
}

async function startReceiver(opened: AsyncDisposableStack): Promise<string> {
  let count = 0;
  const receiver = createServer((request, response) => {
    request.resume();
    count += 1;
    response.writeHead(count % 2 === 0 ? 500 : 200).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  opened.defer(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
}

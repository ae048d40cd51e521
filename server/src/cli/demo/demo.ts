import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exitCodes } from '../../app/exit-codes.ts';
import { readConfig } from '../../app/config.ts';
import { startPosthorn } from '../../app/start.ts';
import type { Running } from '../../app/start.ts';
import { apiClient } from '../api-client.ts';
import { clearStage, startCast } from './cast.ts';
import type { Cast } from './cast.ts';
import { play } from './play.ts';
import { Printer } from './printer.ts';
import type { Promised } from './promises.ts';
import { Watch } from './watch.ts';

export type DemoOptions = {
  readonly headless?: boolean;
  readonly data?: string;
  readonly port?: string;
};

const tenant = 'demo';
const defaultDataDir = './posthorn-demo';

/** Runs the demo; answers the exit code: 0 when every promise was kept. */
export async function demo(
  options: DemoOptions,
  { version }: { version: string },
): Promise<number> {
  const isHeadless = options.headless ?? false;
  const made = isHeadless && options.data === undefined ? await makeTempDir() : null;
  const dataDir = options.data ?? made ?? defaultDataDir;
  const printer = new Printer(process.stdout);
  const running = await start({
    dataDir,
    port: options.port ?? (isHeadless ? '0' : undefined),
    version,
  });
  try {
    const { promised, cast } = await run(running, printer);
    const isKept = summarize(promised, printer);
    if (!isHeadless) await stay(running, printer);
    await Promise.all(Object.values(cast).map((part) => part.receiver.close()));
    return isKept ? exitCodes.ok : exitCodes.failed;
  } finally {
    await running.stop();
    if (made !== null) await rm(made, { recursive: true, force: true });
  }
}

async function run(
  running: Running,
  printer: Printer,
): Promise<{ promised: Promised[]; cast: Cast }> {
  const server = { url: running.url, key: running.operatorKey.text, tenant };
  const api = apiClient(server);
  await api.call('PUT', `/v1/tenants/${tenant}`, { name: 'The demo' });
  await clearStage(api);
  const cast = await startCast(api);
  printer.title(`Posthorn runs on ${running.url}; these receivers run on loopback`);
  for (const part of Object.values(cast)) printer.text(`${part.name.padEnd(11)} ${part.plays}`);
  const watch = new Watch(api, cast, printer);
  watch.start();
  try {
    return { promised: await play({ api, cast, watch, printer }), cast };
  } finally {
    await watch.stop();
  }
}

function summarize(promised: readonly Promised[], printer: Printer): boolean {
  printer.title('What was promised');
  for (const each of promised) printer.promise(each.text, each.isKept, each.seen);
  const kept = promised.filter((each) => each.isKept).length;
  printer.title(`${kept} passed, ${promised.length - kept} failed`);
  return kept === promised.length;
}

async function stay({ url, operatorKey }: Running, printer: Printer): Promise<void> {
  printer.title('The server goes on running. Ctrl-C ends it.');
  printer.text(`address       ${url}`);
  printer.text(`operator key  ${operatorKey.text}`);
  printer.text('publish one more event:');
  printer.text(
    `curl -X POST ${url}/v1/events -H 'Authorization: Bearer ${operatorKey.text}' ` +
      `-H 'Posthorn-Tenant: ${tenant}' -H 'Content-Type: application/json' ` +
      `-d '{"type":"task.completed","data":{"taskId":"task_43","result":"done"}}'`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

async function start(wish: {
  dataDir: string;
  port: string | undefined;
  version: string;
}): Promise<Running> {
  const { dataDir, port, version } = wish;
  const said = { data: dataDir, dev: true };
  const config = readConfig(port === undefined ? said : { ...said, port }, {});
  try {
    return await startPosthorn(config, { version, level: 'error' });
  } catch (cause) {
    if (port !== undefined || !isPortTaken(cause)) throw cause;
    return startPosthorn({ ...config, port: 0 }, { version, level: 'error' });
  }
}

function isPortTaken(cause: unknown): boolean {
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return root instanceof Error && 'code' in root && root.code === 'EADDRINUSE';
}

function makeTempDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'posthorn-demo-'));
}

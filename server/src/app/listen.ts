import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';

import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { keepAddress } from './data-dir.ts';

const remedies: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', '; another program listens there: end it, or choose another port'],
  ['EACCES', '; this user may not bind it: choose a port from 1024 on'],
  ['EADDRNOTAVAIL', '; this machine has no such address: choose another with --host'],
]);

/** Binds the API and notes its address for the command line; answers the address. */
export async function listen(api: FastifyInstance, config: Config): Promise<string> {
  const { host, port, dataDir } = config;
  try {
    await api.listen({ host, port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const problem = `cannot listen on ${host}:${port} (${code})${remedies.get(code) ?? ''}`;
    throw new ConfigError('--port', problem, { cause });
  }
  const bound = api.server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  const url = `http://${name}:${bound.port}`;
  await keepAddress(dataDir, { url, pid: process.pid });
  return url;
}

import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';

import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { keepAddress } from './data-dir.ts';

/** Binds the API and notes its address for the command line; answers the address. */
export async function listen(api: FastifyInstance, config: Config): Promise<string> {
  const { host, port, dataDir } = config;
  try {
    await api.listen({ host, port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new ConfigError('--port', `cannot listen on ${host}:${port} (${code})`, { cause });
  }
  const bound = api.server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  const url = `http://${name}:${bound.port}`;
  await keepAddress(dataDir, { url, pid: process.pid });
  return url;
}

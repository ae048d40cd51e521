import type { FastifyInstance } from 'fastify';

import { limits } from '../core/limits.ts';
import { systemTimers } from './system-timers.ts';

/** Stops listening and waits for the requests that have begun, but not for ever. */
export async function closeApi(api: FastifyInstance): Promise<void> {
  const cut = systemTimers.after(limits.drainRequestsMs, () => api.server.closeAllConnections());
  await api.close();
  cut.cancel();
}

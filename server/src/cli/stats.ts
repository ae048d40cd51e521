import { serverCommand } from './server-command.ts';
import { showStats, statsOptions } from './show-stats.ts';
import type { StatsOptions } from './show-stats.ts';

/** `posthorn stats`: how deliveries fare. */
export const statsCommand = serverCommand<StatsOptions>({
  name: 'stats',
  summary: 'show how deliveries fare: rates, latencies, backlog',
  examples: ['posthorn stats', 'posthorn stats --since 1d --bucket hour --json'],
  about: ['For one endpoint: posthorn endpoints stats ID.'],
  options: statsOptions,
  run: (call) => showStats(call, '/v1/stats'),
});

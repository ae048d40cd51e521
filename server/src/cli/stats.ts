import { readMoment } from './read-moment.ts';
import { serverCommand } from './server-command.ts';
import { show } from './show.ts';

type StatsOptions = { readonly since?: string; readonly until?: string };

/** `posthorn stats`: how deliveries fare. */
export const statsCommand = serverCommand<StatsOptions>({
  name: 'stats',
  summary: 'show how deliveries fare: rates, latencies, backlog',
  examples: ['posthorn stats', 'posthorn stats --since 1d --json'],
  about: ['For one endpoint: posthorn endpoints stats ID.'],
  options: [
    { flags: '--since <time>', says: 'from: 2h (ago), 2026-01-31, or a full time' },
    { flags: '--until <time>', says: 'until' },
  ],
  run: (call) => {
    const now = call.shell.now();
    const since = readMoment(call.options.since, { option: '--since', now });
    const until = readMoment(call.options.until, { option: '--until', now });
    return show(call, { path: '/v1/stats', query: { since, until } });
  },
});

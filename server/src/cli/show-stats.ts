import type { Static } from 'typebox';
import type { EndpointStatsBody, StatsBody } from '../api/schemas/stats-schema.ts';
import type { OptionSpec } from './command.ts';
import { factLines, tableLines } from './output/table.ts';
import { readMoment } from './read-moment.ts';
import type { ServerCall } from './server-command.ts';
import { show } from './show.ts';

/** Which time statistics are about. */
export type StatsOptions = {
  readonly since?: string;
  readonly until?: string;
  readonly bucket?: string;
};

type Stats = Static<typeof StatsBody> | Static<typeof EndpointStatsBody>;
type Counts = Stats['totals'];

/** The options of {@link StatsOptions}. */
export const statsOptions: readonly OptionSpec[] = [
  { flags: '--since <time>', says: 'from: 2h (ago), 2026-01-31, or a full time' },
  { flags: '--until <time>', says: 'until' },
  { flags: '--bucket <length>', says: 'minute, hour or day' },
];

/** Shows the statistics that a path answers. */
export function showStats(call: ServerCall<StatsOptions>, path: string): Promise<number> {
  const { since, until, bucket } = call.options;
  const now = call.shell.now();
  const query = {
    since: readMoment(since, { option: '--since', now }),
    until: readMoment(until, { option: '--until', now }),
    bucket,
  };
  return show<Stats>(call, { path, query }, statsLines);
}

function statsLines({ since, until, totals, buckets, backlog }: Stats): string[] {
  const busy = buckets.filter(({ deliveries, attempts }) => deliveries.made + attempts.total > 0);
  const rows = busy.map((each) => [
    each.startsAt,
    `${each.deliveries.delivered} delivered`,
    `${each.deliveries.dead} dead`,
    `${each.attempts.failed} of ${each.attempts.total} attempts failed`,
    `p95 ${msText(each.latencyMs.p95)}`,
  ]);
  return [
    ...factLines({ since, until, ...totalFacts(totals), pending: backlog.pendingCount }),
    ...factLines({ oldestDueAt: backlog.oldestDueAt }),
    ...(rows.length === 0 ? [] : ['', ...tableLines(rows)]),
  ];
}

function totalFacts(totals: Counts) {
  const { deliveries, attempts, latencyMs, deliveryRate, errorRate } = totals;
  return {
    accepted: 'acceptedCount' in totals ? totals.acceptedCount : null,
    ...deliveries,
    deliveryRate: shareText(deliveryRate),
    attempts: attempts.total,
    errorRate: shareText(errorRate),
    p50: msText(latencyMs.p50),
    p95: msText(latencyMs.p95),
    p99: msText(latencyMs.p99),
  };
}

function shareText(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(2)} %`;
}

function msText(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}

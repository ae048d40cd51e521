import { limits } from '../server/src/core/limits.ts';
import type { MetricShape } from '../server/src/telemetry/metric.ts';
import { metricTable } from '../server/src/telemetry/metric-table.ts';

const intro = `# Metrics

\`GET /metrics\` answers in the text format of Prometheus. It needs no key while the server listens
on loopback; elsewhere it needs an operator's key with the scope \`read\`. This page is made from
\`server/src/telemetry/metric-table.ts\`.

Counters start at 0 with the process. A label has a bounded number of values: the first
${limits.metricTenants} tenants have lines of their own and all later ones share \`other\`; every
other label has at most ${limits.metricValues}.`;

/** `docs/reference/metrics.md`, made from the table of metrics. */
export function metricsPage(): string {
  const parts = Object.entries<MetricShape>(metricTable).map(([name, shape]) => part(name, shape));
  return `${[intro, ...parts].join('\n\n')}\n`;
}

function part(name: string, { kind, help, labels, from }: MetricShape): string {
  const said = [
    kind,
    labels.length === 0 ? 'no labels' : `labels ${listed(labels)}`,
    from === 'state' ? 'read when asked' : `moved by ${listed(from)}`,
  ];
  return `## ${name}\n\n${help}\n\n_${said.join(' · ')}_`;
}

function listed(names: readonly string[]): string {
  return names.map((each) => `\`${each}\``).join(', ');
}

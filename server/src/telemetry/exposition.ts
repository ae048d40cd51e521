import type { MetricShape, Sample } from './metric.ts';

/** The media type of {@link exposition}. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Metrics in the text format of Prometheus.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposition(
  metrics: readonly (readonly [name: string, shape: MetricShape, samples: readonly Sample[]])[],
): string {
  return metrics.map(([name, shape, samples]) => block(name, shape, samples)).join('');
}

function block(name: string, { kind, help }: MetricShape, samples: readonly Sample[]): string {
  const head = `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${kind}\n`;
  return `${head}${samples.map((sample) => line(name, sample)).join('')}`;
}

function line(name: string, { labels, value, suffix }: Sample): string {
  const pairs = labels.map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
  const braces = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${suffix ?? ''}${braces} ${value}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

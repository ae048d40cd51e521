import type { Static } from 'typebox';
import type { DryRunBody } from '../api/schemas/dry-run-schema.ts';

/** What publishing would lead to. */
export type DryRun = Static<typeof DryRunBody>;

/** A dry run as lines: who would get the event, and each request as it would go out. */
export function drawDryRun({ wouldDeliver, deliveryCount }: DryRun): string[] {
  if (deliveryCount === 0) return ['nobody would get it'];
  const left = deliveryCount - wouldDeliver.length;
  return [
    `${deliveryCount} would get it`,
    ...wouldDeliver.flatMap(requestLines),
    ...(left === 0 ? [] : ['', `and ${left} more`]),
  ];
}

type Would = DryRun['wouldDeliver'][number];

function requestLines({ endpointId, url, subscriptionId, held, request }: Would): string[] {
  const through = subscriptionId === null ? 'as callback' : `through ${subscriptionId}`;
  const to = `${endpointId ?? 'callback'} ${through}${held === null ? '' : `, held: ${held}`}`;
  const body = request.body ?? request.bodyBase64 ?? `(${request.bodyBytes} bytes, not shown)`;
  const headers = request.headers.map(([name = '', value = '']) => `${name}: ${value}`);
  return ['', to, `POST ${url}`, ...headers, '', body];
}

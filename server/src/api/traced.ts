import { readTrace } from '../core/trace-context.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { NewEvent } from '../ingest/new-event.ts';
import type { Call } from './route.ts';

/**
 * An event as part of the trace that its request names, or else of the one that it brings itself,
 * as a CloudEvent may by its extensions `traceparent` and `tracestate`.
 */
export function traced(call: Pick<Call, 'trace'>, event: NewEvent): NewEvent {
  const trace = call.trace ?? (event.ceId === null ? null : broughtTrace(event));
  return trace === null ? event : { ...event, trace };
}

function broughtTrace({ metadata }: NewEvent): TraceContext | null {
  const state = metadata?.['tracestate'];
  const parent = metadata?.['traceparent'];
  if (typeof parent !== 'string') return null;
  return readTrace(parent, typeof state === 'string' ? state : undefined);
}

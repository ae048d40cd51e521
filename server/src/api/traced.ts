import { readTrace } from '../core/trace-context.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { NewEvent } from '../ingest/new-event.ts';
import type { Call } from './route.ts';

/** The headers by which a request names its trace; those that are not valid are ignored. */
export const traceHeaders = {
  traceparent: 'The trace that this request is a part of (W3C Trace Context); kept with the event',
  tracestate: 'What other systems keep with that trace; passed on to every attempt',
} as const;

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

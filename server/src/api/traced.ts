import type { NewEvent } from '../ingest/new-event.ts';
import type { Call } from './route.ts';

/** An event as part of the trace that its request names, if it names one. */
export function traced({ trace }: Pick<Call, 'trace'>, event: NewEvent): NewEvent {
  return trace === null ? event : { ...event, trace };
}

import type { Tracing } from '../core/tracing.ts';
import type { Ingest } from './new-event.ts';

/** Has each acceptance recorded as a span, of which the deliveries of its events are children. */
export function tracedIngest(inner: Ingest, tracing: Pick<Tracing, 'accepting'>): Ingest {
  return {
    ...inner,
    accept: async (tenantId, events, idempotency) => {
      const trace = events[0]?.trace ?? null;
      const span = tracing.accepting({ tenantId, eventCount: events.length, trace });
      const traced = events.map((each) => ({ ...each, trace: span.trace }));
      try {
        const answers = await inner.accept(tenantId, traced, idempotency);
        span.end(null);
        return answers;
      } catch (cause) {
        span.end(cause);
        throw cause;
      }
    },
  };
}

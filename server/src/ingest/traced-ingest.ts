import type { TraceContext } from '../core/trace-context.ts';
import type { Tracing } from '../core/tracing.ts';
import type { Ingest } from './new-event.ts';

/**
 * Has each acceptance recorded as a span, of which the deliveries of its events are children;
 * events of several requests that are accepted together have a span for each trace.
 */
export function tracedIngest(inner: Ingest, tracing: Pick<Tracing, 'accepting'>): Ingest {
  return {
    ...inner,
    accept: async (tenantId, events, idempotency) => {
      const byTrace = Map.groupBy(events, ({ trace = null }) => trace);
      const spans = new Map(
        [...byTrace].map(([trace, those]) => {
          const span = tracing.accepting({ tenantId, eventCount: those.length, trace });
          return [trace, span] as const;
        }),
      );
      const end = (cause: unknown) => spans.forEach((span) => span.end(cause));
      const ownTrace = (trace: TraceContext | null) => {
        const own = spans.get(trace)?.trace;
        return own === undefined ? {} : { trace: own };
      };
      try {
        const traced = events.map((each) => ({ ...each, ...ownTrace(each.trace ?? null) }));
        const answers = await inner.accept(tenantId, traced, idempotency);
        end(null);
        return answers;
      } catch (cause) {
        end(cause);
        throw cause;
      }
    },
  };
}

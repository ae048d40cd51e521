import type { Tracing } from '../core/tracing.ts';
import type { Destination } from '../destinations/destination.ts';

/** Has each attempt recorded as a span, whose place in its trace goes out with the request. */
export function tracedDestination(
  inner: Destination,
  tracing: Pick<Tracing, 'attempting'>,
): Destination {
  return {
    send: async (order) => {
      const span = tracing.attempting(order);
      const result = await inner.send({ ...order, trace: span.trace });
      span.end(result.outcome);
      return result;
    },
    cut: (attemptIds) => inner.cut(attemptIds),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

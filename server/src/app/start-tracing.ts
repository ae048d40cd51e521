import type { Emit } from '../core/signal.ts';
import type { Destination } from '../destinations/destination.ts';
import { tracedIngest } from '../ingest/traced-ingest.ts';
import type { Ingest } from '../ingest/new-event.ts';
import { openTracing } from '../telemetry/otel-tracing.ts';
import { loadTelemetry } from './load-telemetry.ts';
import { tracedDestination } from './traced-destination.ts';

/** The parts that record traces; without a tracer provider they are the plain ones. */
export type TracedParts = AsyncDisposable & {
  readonly ingest: (plain: Ingest) => Ingest;
  readonly destination: (plain: Destination) => Destination;
  /** Null when nothing is recorded. */
  readonly emit: Emit | null;
};

/** Loads the operator's module and looks whether it, or whatever ran before, records traces. */
export async function startTracing(module: string | null, version: string): Promise<TracedParts> {
  const loaded = await loadTelemetry(module);
  const tracing = openTracing(version);
  if (tracing === null) {
    return { ...loaded, ingest: (plain) => plain, destination: (plain) => plain, emit: null };
  }
  return {
    ingest: (plain) => tracedIngest(plain, tracing),
    destination: (plain) => tracedDestination(plain, tracing),
    emit: tracing.emit,
    [Symbol.asyncDispose]: async () => {
      tracing.close();
      await loaded[Symbol.asyncDispose]();
    },
  };
}

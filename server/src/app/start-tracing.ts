import type { Emit } from '../core/signal.ts';
import type { Destination } from '../destinations/destination.ts';
import { tracedIngest } from '../ingest/traced-ingest.ts';
import type { Ingest } from '../ingest/new-event.ts';
import type { Tracing } from '../core/tracing.ts';
import { hasTracerProvider } from '../telemetry/has-tracer-provider.ts';
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
  const tracing = hasTracerProvider() ? await openTracing(version) : null;
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

/** Loaded for those alone who record traces. */
async function openTracing(version: string): Promise<Tracing | null> {
  const otel = await import('../telemetry/otel-tracing.ts');
  return otel.openTracing(version);
}

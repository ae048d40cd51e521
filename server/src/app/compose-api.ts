import type { ApiDeps, Readiness } from '../api/deps.ts';
import { judgeUrl } from '../core/address/judge-url.ts';
import { mergeEvents } from '../dispatch/merge-event.ts';
import { addressPolicy } from './address-policy.ts';
import type { Engine } from './compose-engine.ts';
import { composePreview } from './compose-preview.ts';
import { isLoopback } from './config.ts';
import type { Config } from './config.ts';
import type { Base } from './open-base.ts';

/** What the API is given of the rest. */
export function composeApi(
  base: Base,
  engine: Engine,
  { config, readiness }: { config: Config; readiness: () => Readiness },
): ApiDeps {
  const { mirror, store, clock, chance, ids, version, waits, emit, telemetry } = base;
  const { ingest, preview, chains, wanted, dispatcher, replays } = engine;
  const { tasks, taskWaits, bundles, entities } = engine;
  const policy = addressPolicy(config);
  return {
    ...{ mirror, store, clock, chance, ids, version, waits, ingest, preview, chains, readiness },
    ...{ wanted, tasks, taskWaits, bundles, entities },
    claims: base.claims,
    ...{ feed: base.feed, streamTokens: base.streamTokens, corsOrigins: config.corsOrigins },
    mergeEvent: mergeEvents(store.finder),
    metrics: telemetry.metrics,
    answered: (answered) => emit({ signal: 'request_ended', ...answered }),
    failed: (failure) => emit({ signal: 'request_failed', ...failure }),
    isMetricsOpen: isLoopback(config.host),
    addressCheck: (target) => judgeUrl(target, policy),
    compose: (what) => composePreview(what, { clock, policy, userAgent: `posthorn/${version}` }),
    changed: (deliveryId, answer) => dispatcher.changed(deliveryId, answer),
    ackTokens: base.ackTokens,
    reported: (delivery, as) => dispatcher.reported(delivery, as),
    lookForReplays: replays.look,
    replaysChanged: () => replays.runs.wake(),
    testEndpoint: (test) => dispatcher.test(test),
    circuit: (endpointId) => dispatcher.circuit(endpointId),
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
  };
}

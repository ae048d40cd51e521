import { Type } from './type.ts';
import { attemptEndings } from '../../core/stats/attempt-ending.ts';
import { latencyError } from '../../core/stats/latency-buckets.ts';
import { widthMs } from '../../core/stats/stats-width.ts';
import { limits } from '../../core/limits.ts';
import { closed, orNull, time, whole } from './fields.ts';

/** The parameters that statistics take. */
export const statsQuery = closed({
  since: Type.Optional(time),
  until: Type.Optional(time),
  bucket: Type.Optional(
    Type.Enum(['minute', 'hour', 'day'], { description: 'A usual length of bucket; days of UTC.' }),
  ),
  bucketMs: Type.Optional(
    whole(widthMs.minute, limits.statsDaysMs, 'Any other length: whole minutes.'),
  ),
});

const count = Type.Integer({ minimum: 0 });
const rate = (says: string) =>
  orNull(
    Type.Number({ minimum: 0, maximum: 1, description: `${says}; null when there are none.` }),
  );

const latency = orNull(Type.Number({ minimum: 0 }));

const counts = {
  deliveries: closed({
    made: count,
    delivered: count,
    dead: count,
    superseded: count,
    cancelled: count,
  }),
  deliveryRate: rate('Of the deliveries that were delivered or died, the share delivered'),
  attempts: closed({
    total: count,
    failed: count,
    byEnding: closed(Object.fromEntries(attemptEndings.map((ending) => [ending, count]))),
  }),
  errorRate: rate('Of all attempts, the share without a 2xx'),
  latencyMs: Type.Object(
    { p50: latency, p95: latency, p99: latency },
    {
      additionalProperties: false,
      description: `Of attempts that were answered or waited for; within ${latencyError * 100} %.`,
    },
  ),
};

/** Only a tenant has events; an endpoint has deliveries. */
const tenantCounts = { acceptedCount: count, ...counts };

const frame = {
  since: time,
  until: time,
  bucketMs: whole(widthMs.minute, limits.statsDaysMs),
  backlog: closed({ pendingCount: count, oldestDueAt: orNull(time) }),
};

/** Statistics of a tenant, or of all. */
export const StatsBody = closed({
  ...frame,
  totals: closed(tenantCounts),
  buckets: Type.Array(closed({ startsAt: time, ...tenantCounts })),
});

/** Statistics of one endpoint. */
export const EndpointStatsBody = closed({
  endpointId: Type.String(),
  ...frame,
  totals: closed(counts),
  buckets: Type.Array(closed({ startsAt: time, ...counts })),
});

import { AppError } from '../../core/app-error.ts';
import type { StatsSummary } from '../../core/stats/stats-summary.ts';
import { readStatsRange } from '../read-stats-range.ts';
import { route } from '../route.ts';
import { idParams } from '../schemas/fields.ts';
import { EndpointStatsBody, StatsBody, statsQuery } from '../schemas/stats-schema.ts';
import { statsView } from '../views/stats-view.ts';
import { findEndpoint } from './endpoint-state.ts';

const readStats = route({
  method: 'GET',
  path: '/v1/stats',
  summary: 'Count events, deliveries and attempts of a tenant, with rates and latencies',
  scope: 'read',
  query: statsQuery,
  answers: { 200: StatsBody },
  fails: ['validation_failed'],
  handle: async ({ access, query }, { store, clock }) => {
    const range = readStatsRange(query, clock.now());
    const subject = { tenantId: access.reach, endpointId: null };
    const answer = await store.stats.read({ subject, ...range });
    return { status: 200, body: statsView(answer, range, (summary) => summary) };
  },
});

const readEndpointStats = route({
  method: 'GET',
  path: '/v1/endpoints/{id}/stats',
  summary: 'Count deliveries and attempts of an endpoint, with rates and latencies',
  scope: 'read',
  params: idParams,
  query: statsQuery,
  answers: { 200: EndpointStatsBody },
  fails: ['not_found', 'validation_failed'],
  handle: async ({ access, params, query }, deps) => {
    const found = findEndpoint(deps, access.reach, params.id);
    if (found === null) throw new AppError('not_found', 'There is no such endpoint.');
    const range = readStatsRange(query, deps.clock.now());
    const { tenantId, id: endpointId } = found.value;
    const answer = await deps.store.stats.read({ subject: { tenantId, endpointId }, ...range });
    const view = statsView(answer, range, ofEndpoint);
    return { status: 200, body: { endpointId, ...view } };
  },
});

/** An endpoint has deliveries; events are its tenant's. */
function ofEndpoint(summary: StatsSummary) {
  const { acceptedCount: _events, ...rest } = summary;
  return rest;
}

/** Routes about what was counted. */
export const statsRoutes = [readStats, readEndpointStats];

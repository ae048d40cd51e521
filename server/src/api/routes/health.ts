import { Type } from '../schemas/type.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import { closed } from '../schemas/fields.ts';

const live = route({
  method: 'GET',
  path: '/livez',
  summary: 'Whether the process runs',
  scope: null,
  answers: { 200: closed({ status: Type.String() }) },
  fails: [],
  handle: () => ({ status: 200, body: { status: 'ok' } }),
});

const ReadyBody = closed({
  isReady: Type.Boolean(),
  reasons: Type.Array(Type.String(), {
    description:
      '`starting`, `shutting_down`, `disk_full` (heals by itself) or `failed` (never does)',
  }),
});

const ready = route({
  method: 'GET',
  path: '/readyz',
  summary: 'Whether this node should get requests, and if not, why',
  scope: null,
  answers: { 200: ReadyBody, 503: ReadyBody },
  fails: [],
  handle: (_call, deps) => {
    const readiness = deps.readiness();
    return { status: readiness.isReady ? 200 : 503, body: readiness };
  },
});

function metricsRoute({ isMetricsOpen }: Pick<ApiDeps, 'isMetricsOpen'>) {
  return route({
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics in the text format of Prometheus',
    scope: isMetricsOpen ? null : 'read',
    isOperators: !isMetricsOpen,
    answers: { 200: Type.String() },
    fails: [],
    handle: async (_call, deps) => {
      const { contentType, text } = await deps.metrics();
      return { status: 200, text, contentType };
    },
  });
}

/** Routes about the server itself. */
export function healthRoutes(deps: Pick<ApiDeps, 'isMetricsOpen'>) {
  return [live, ready, metricsRoute(deps)];
}

import { Type } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures.ts';
import type { FailureCode } from '../../core/failures.ts';
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

const ReadyBody = closed({ isReady: Type.Boolean(), reasons: Type.Array(Type.String()) });

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

function metricsRoute({ isMetricsOpen }: ApiDeps) {
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

const ProblemPage = closed({
  code: Type.String(),
  status: Type.Integer(),
  title: Type.String(),
  retryable: Type.Boolean(),
});

const problemPage = route({
  method: 'GET',
  path: '/problems/{code}',
  summary: 'What a failure code means',
  scope: null,
  params: closed({ code: Type.String() }),
  answers: { 200: ProblemPage },
  fails: ['not_found'],
  handle: ({ params: { code } }) => {
    if (!Object.hasOwn(failures, code)) throw new AppError('not_found');
    const { status, says, retryable } = failures[code as FailureCode];
    return { status: 200, body: { code, status, title: says, retryable } };
  },
});

/** Routes about the server itself. */
export function healthRoutes(deps: ApiDeps) {
  return [live, ready, metricsRoute(deps), problemPage];
}

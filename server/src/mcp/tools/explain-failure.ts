import { Type } from '../../api/schemas/type.ts';
import { closed, id as idField, orNull } from '../../api/schemas/fields.ts';
import { limits } from '../../core/limits.ts';
import type { Caller } from '../caller.ts';
import { tool, untrusted } from '../tool.ts';

type Row = { readonly id: string; readonly state?: string; readonly endpointId?: string };
type Attempt = Row & { readonly explanation: unknown; readonly response: Response | null };
type Response = { readonly body?: string };
type Routing = { readonly deliveries: readonly Row[] };

/** Why something did not arrive, and what to do about it. */
export const explainFailure = tool({
  name: 'explain_failure',
  title: 'Explain a failure',
  description:
    'Say why a webhook did not arrive: give the id of a delivery (dlv_…), an event or an ' +
    'endpoint (ep_…). Answers for each failing delivery its cause, the evidence, the fix and its ' +
    'attempts, newest first; for an event also, per endpoint, which rule sent it or said no. ' +
    `The answers of receivers in it are quoted. ${untrusted}`,
  input: closed({
    id: { ...idField, description: 'The id of a delivery, an event or an endpoint.' },
  }),
  output: closed({
    about: Type.Enum(['delivery', 'event', 'endpoint']),
    failures: Type.Array(
      closed({
        delivery: Type.Object({}),
        explanation: orNull(
          Type.Object({}, { description: 'Cause, evidence and fix of the newest failure.' }),
        ),
        receiverSaid: orNull(Type.String({ description: 'The start of its answer, quoted.' })),
        timeline: Type.Array(Type.Object({}), { description: 'Attempts, newest first.' }),
      }),
      { description: 'Empty when nothing fails.' },
    ),
    routing: Type.Optional(Type.Array(Type.Object({}))),
    endpoint: Type.Optional(Type.Object({})),
  }),
  isReadOnly: true,
  run: async ({ input, api }) => JSON.stringify(await explain(api, input.id)),
});

async function explain(api: Caller, id: string) {
  const named = encodeURIComponent(id);
  if (id.startsWith('dlv_')) {
    const delivery = await read<Row>(api, `/v1/deliveries/${named}`);
    return { about: 'delivery', failures: [await failureOf(api, delivery)] };
  }
  if (id.startsWith('ep_')) return explainEndpoint(api, id);
  const limit = limits.mcpRowsDefault;
  const found = await api.get(`/v1/events/${named}/explain`, { limit });
  const routing = (JSON.parse(found) as { data: readonly Routing[] }).data;
  const failing = routing.flatMap(({ deliveries }) => deliveries).filter(isFailing);
  return { about: 'event', failures: await failuresOf(api, failing), routing };
}

async function explainEndpoint(api: Caller, endpointId: string) {
  const endpoint = await read<object>(api, `/v1/endpoints/${encodeURIComponent(endpointId)}`);
  const query = { endpointId, limit: limits.mcpFailures };
  const dead = await list(api, '/v1/deliveries', { ...query, state: 'dead' });
  const pending = await list(api, '/v1/deliveries', { ...query, state: 'pending' });
  const failing = [...dead, ...pending].filter(isFailing);
  return { about: 'endpoint', failures: await failuresOf(api, failing), endpoint };
}

function isFailing(row: Row & { readonly attemptCount?: number }): boolean {
  return row.state === 'dead' || (row.state === 'pending' && (row.attemptCount ?? 0) > 0);
}

function failuresOf(api: Caller, deliveries: readonly Row[]) {
  return Promise.all(deliveries.slice(0, limits.mcpFailures).map((each) => failureOf(api, each)));
}

async function failureOf(api: Caller, delivery: Row) {
  const query = { deliveryId: delivery.id, limit: limits.mcpRowsDefault };
  const timeline = await list(api, '/v1/attempts', query);
  const failed = timeline.find((each) => (each as { status?: string }).status === 'failed');
  if (failed === undefined) return { delivery, explanation: null, receiverSaid: null, timeline };
  const { explanation, response } = await read<Attempt>(api, `/v1/attempts/${failed.id}`);
  const receiverSaid = response?.body?.slice(0, limits.mcpQuotedChars) ?? null;
  return { delivery, explanation, receiverSaid, timeline };
}

async function read<Value>(api: Caller, path: string): Promise<Value> {
  return JSON.parse(await api.get(path)) as Value;
}

async function list(
  api: Caller,
  path: string,
  query: Readonly<Record<string, string | number>>,
): Promise<readonly Row[]> {
  return (JSON.parse(await api.get(path, query)) as { data: readonly Row[] }).data;
}

import { Type } from './schemas/type.ts';
import { builtInEventTypes } from '../core/built-in-event-types.ts';
import { isReservedType } from '../core/event-type.ts';
import type { BuiltInEventType } from '../core/built-in-event-types.ts';
import type { Content, Operation, Operations, Parameter } from './openapi-document.ts';
import { builtInEventSchemas } from './schemas/alert-event-schema.ts';
import { closed, eventType, time } from './schemas/fields.ts';

const DeliveredBody = Type.Object(
  {
    type: eventType,
    timestamp: { ...time, description: 'When the event happened.' },
    data: Type.Unknown({ description: 'The data as it was published, byte for byte.' }),
  },
  { description: 'The body in the format `standard`.' },
);

const headers: readonly (readonly [name: string, isAlways: boolean, says: string])[] = [
  ['webhook-id', true, 'The event’s id: the same on every retry. Drop what you have seen.'],
  ['webhook-timestamp', true, 'Unix seconds at which this attempt started.'],
  ['webhook-signature', true, '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several.'],
  ['posthorn-attempt', true, 'The number of this attempt, from 1.'],
  ['posthorn-tenant', true, 'The tenant whose event it is.'],
  ['posthorn-correlation-id', true, 'What the event belongs to.'],
  ['posthorn-causation-id', false, 'The event that led to it, by its publisher.'],
  ['posthorn-hops', false, 'How many events of its chain stand before it; not there for none.'],
  ['posthorn-source', false, 'Where the event came from.'],
  ['posthorn-entity', false, 'The entity it is about, `type/id`.'],
  ['posthorn-key', false, 'The event’s key.'],
  ['posthorn-delivery-id', false, 'With `ack`: the delivery to report on.'],
  ['posthorn-ack-token', false, 'With `ack`: answer 202 and report with it when it is done.'],
  ['posthorn-replay', false, 'Present when somebody asked for this to be sent again.'],
  ['traceparent', true, 'W3C trace context of this attempt.'],
  ['tracestate', false, 'What came with the trace that the event is a part of.'],
  ['user-agent', true, '`posthorn/` and the version, unless the endpoint says otherwise.'],
];

/** The answers that mean something to the sender. */
const answers: Readonly<Record<string, string>> = {
  '2XX': 'Received. Answer before doing the work; nothing else counts as success.',
  '410': 'Gone: the endpoint is disabled.',
  '429': 'Too many: fewer are sent at a time, not before `Retry-After`.',
  '503': 'Not now: tried again, not before `Retry-After`.',
  default: 'Failed: tried again by the endpoint’s retry policy, then a dead letter.',
};

/** What Posthorn sends, as the `webhooks` of an OpenAPI 3.1 document. */
export function outgoingWebhooks(): Operations {
  const delivery = webhook({
    operationId: 'delivery',
    summary: 'A delivery to an endpoint',
    description:
      'Signed by the rules of Standard Webhooks: verify it with one of its libraries. ' +
      'At least once: the same `webhook-id` may come again.',
    content: { schema: DeliveredBody },
  });
  const ours = builtInEventTypes.map((type) => [type.id, { post: builtInWebhook(type) }] as const);
  return { delivery: { post: delivery }, ...Object.fromEntries(ours) };
}

function builtInWebhook({ id, description, sample }: BuiltInEventType): Operation {
  const schema = closed({
    ...{ type: Type.Literal(id), timestamp: time },
    data: builtInEventSchemas[id] ?? Type.Unknown(),
  });
  const value = { type: id, timestamp: '2026-01-31T12:04:11.000Z', data: sample };
  return webhook({
    operationId: id,
    summary: description.replace(/\.$/, ''),
    description: forWhom(id),
    content: { schema, examples: { sample: { summary: 'In the format standard', value } } },
  });
}

function forWhom(type: string): string {
  const family = `${type.split('.', 1)[0]}.*`;
  const contacts = isReservedType(type) ? ', and for contacts' : '';
  return `For endpoints that subscribe to it or to \`${family}\`${contacts}.`;
}

type Webhook = Pick<Operation, 'operationId' | 'summary'> & {
  readonly description: string;
  readonly content: Content[string];
};

function webhook({ content, ...described }: Webhook): Operation {
  return {
    ...described,
    tags: ['outgoing'],
    security: [],
    parameters: headers.map(([name, required, description]): Parameter => ({
      ...{ name, in: 'header', required, description },
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/json': content } },
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, description]) => [status, { description }]),
    ),
  };
}

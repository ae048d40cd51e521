import { Type } from './type.ts';
import type { TSchema } from 'typebox';
import { alertTypes } from '../../core/alert/alert.ts';
import { testEventType } from '../../core/built-in-event-types.ts';
import { taskEventSchemas } from './task-event-schema.ts';
import { bundleEventSchemas } from './bundle-event-schema.ts';
import { contextEventSchemas } from './context-event-schema.ts';
import { chainEventSchemas } from './chain-event-schema.ts';
import { closed, orNull, time } from './fields.ts';

const says = (description: string): { description: string } => ({ description });
const moment = (description: string) => ({ ...time, description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const subject = {
  endpointId: Type.String(says('The endpoint that it is about.')),
  tenantId: Type.String(says('Whose endpoint it is.')),
  url: Type.String(says('Where it leads; logins and queries are masked.')),
  description: Type.String(says('The endpoint’s own description.')),
};

const around = {
  lastError: orNull(
    Type.Object(
      {
        attemptId: Type.String(says('The last failed attempt.')),
        at: moment('When it started.'),
        error: orNull(Type.String(says('Its error, such as `http_503` or `timeout`.'))),
        statusCode: orNull(Type.Integer(says('What was answered; null when nothing was.'))),
        explanation: orNull(
          closed({
            cause: Type.String(says('What went wrong, in one sentence.')),
            evidence: Type.String(says('What was seen that says so.')),
            fix: Type.String(says('What to do about it.')),
          }),
        ),
      },
      { additionalProperties: false, ...says('Null when there was no attempt, or it is gone.') },
    ),
  ),
  links: Type.Object(
    {
      endpoint: Type.Optional(Type.String(says('Not there for a callback.'))),
      delivery: Type.Optional(Type.String(says('The dead letter, when it is one.'))),
      attempts: Type.String(says('Its failed attempts.')),
      deadLetters: Type.String(says('Its dead letters.')),
    },
    { additionalProperties: false, ...says('Paths of the API that show more.') },
  ),
};

const episode = {
  failedCount: count('Attempts that failed so far.'),
  failures: count('So many within `windowMs` raise this alert.'),
  windowMs: count('The time in which they are counted.'),
  firstFailureAt: moment('When it began to fail.'),
  lastFailureAt: moment('When it last failed.'),
};

const death = {
  deliveryId: orNull(Type.String(says('The dead letter; null when several are told together.'))),
  eventId: orNull(Type.String(says('Its event; null when several are told together.'))),
  eventType: orNull(Type.String(says('The type of its event; null likewise.'))),
  attemptCount: orNull(Type.Integer(says('Attempts that were made; null likewise.'))),
  count: count('How many dead letters it tells of.'),
  reasons: Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How many died of each reason.',
  }),
  firstAt: moment('When the first of them died.'),
  lastAt: moment('When the last of them died.'),
};

/** What the data of each event that Posthorn itself makes holds, by its type. */
export const builtInEventSchemas: Readonly<Record<string, TSchema>> = {
  [alertTypes.failing]: closed({ ...subject, ...episode, ...around }),
  [alertTypes.recovered]: closed({
    ...{ ...subject, ...episode, recoveredAt: moment('Its first success since.') },
    ...around,
  }),
  [alertTypes.disabled]: closed({
    ...subject,
    reason: Type.Enum(['gone', 'failing'], {
      description: 'gone: it answered 410. failing: everything failed for days.',
    }),
    disabledAt: moment('When it was disabled.'),
    ...around,
  }),
  [alertTypes.dead]: closed({ ...subject, ...death, ...around }),
  ...taskEventSchemas,
  ...contextEventSchemas,
  ...bundleEventSchemas,
  ...chainEventSchemas,
  [testEventType]: closed({
    test: Type.Literal(true),
    message: Type.String(says('A sentence for people.')),
  }),
};

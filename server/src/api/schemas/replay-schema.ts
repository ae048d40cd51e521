import { Type } from './type.ts';
import { limits } from '../../core/limits.ts';
import { replayChoices } from '../../core/replay.ts';
import { closed, id, orNull, shown, time, whole } from './fields.ts';

const only = Type.Enum([...replayChoices], {
  description:
    'dead: dead letters, also when not said. failed: those, and what waits after a failed ' +
    'attempt. missing: events that match now and have no delivery for the endpoint. all: ' +
    'dead, failed and delivered ones.',
});

const as = Type.Enum(['same', 'new'], {
  description:
    'same: the event itself again, with its webhook-id, which a receiver that drops repeats may ' +
    'drop. new: a new event for each delivery, caused by the old one. Needed with only: all, ' +
    'else same when not said.',
});

const states = ['running', 'paused', 'completed', 'cancelled', 'failed'] as const;

/** The state of a replay. */
export const replayState = Type.Enum([...states]);

const types = Type.Array(Type.String(), {
  minItems: 1,
  maxItems: limits.replayTypes,
  description: 'Patterns of event types, as in subscriptions.',
});

const ids = Type.Array(id, { minItems: 1, maxItems: limits.replayIds });
const rate = whole(1, limits.replayRateMax, 'The most deliveries made per second.');

/** What is to be replayed. */
export const NewReplayBody = closed({
  only: Type.Optional(only),
  as: Type.Optional(as),
  endpointId: Type.Optional({ ...id, description: 'Only to this endpoint.' }),
  types: Type.Optional(types),
  since: Type.Optional({ ...time, description: 'Only what was made at or after.' }),
  until: Type.Optional({ ...time, description: 'Only what was made before.' }),
  eventIds: Type.Optional({ ...ids, description: 'Only of these events.' }),
  deliveryIds: Type.Optional({ ...ids, description: 'Only these deliveries.' }),
  ratePerSecond: Type.Optional(rate),
  dryRun: Type.Optional(
    Type.Boolean({ description: 'Answers what would be made, and makes it not.' }),
  ),
});

/** A replay as it is shown. */
export const ReplayBody = closed({
  id: shown('Its id.'),
  tenantId: shown('Whose it is.'),
  state: replayState,
  only,
  as,
  endpointId: orNull(Type.String()),
  types: orNull(Type.Array(Type.String())),
  since: orNull(Type.String()),
  until: orNull(Type.String()),
  eventIds: orNull(Type.Array(Type.String())),
  deliveryIds: orNull(Type.Array(Type.String())),
  ratePerSecond: orNull(Type.Integer()),
  progress: closed({
    examinedCount: Type.Integer({ description: 'Deliveries, or for missing: events, looked at.' }),
    madeCount: Type.Integer({ description: 'Deliveries made, or held ones let go.' }),
    skippedCount: Type.Integer({
      description:
        'Left out: deliveries of replays, those whose endpoint takes none, missing ones that are ' +
        'there by now, and held ones that are not held any more.',
    }),
    failedCount: Type.Integer({ description: 'Not made, since the event or its data is gone.' }),
    position: Type.Integer({ description: 'Everything up to here was looked at.' }),
    upperPosition: Type.Integer({ description: 'Where it ends; later events are not meant.' }),
  }),
  createdAt: shown('When it was asked for.'),
  startedAt: orNull(shown('When it began.')),
  endedAt: orNull(shown('When it ended.')),
  error: orNull(shown('Why it failed.')),
});

/** What a dry run found. */
export const ReplayLookBody = closed({
  dryRun: Type.Literal(true),
  matchedCount: Type.Integer({ description: 'How many deliveries would be made.' }),
  examinedCount: Type.Integer(),
  skippedCount: Type.Integer(),
  isLowerBound: Type.Boolean({ description: 'Whether there was more than was looked at.' }),
  sample: Type.Array(
    closed({
      eventId: Type.String(),
      endpointId: Type.String(),
      deliveryId: orNull(Type.String({ description: 'Null for a missing delivery.' })),
    }),
  ),
});

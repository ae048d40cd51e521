import type { Static } from 'typebox';
import type { AttemptSummaryBody } from '../../api/schemas/delivery-schema.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { idCommand } from '../show.ts';
import { drawAttempt } from './draw-attempt.ts';
import type { Attempt } from './draw-attempt.ts';

type AttemptRow = Static<typeof AttemptSummaryBody>;

const list = listCommand<AttemptRow>({
  name: 'attempts list',
  path: '/v1/attempts',
  summary: 'show what was sent and what came of it, newest first',
  examples: [
    'posthorn attempts',
    'posthorn attempts --status failed --since 1h',
    'posthorn attempts --all --json | jq .error',
  ],
  isDefault: true,
  filters: [
    { flags: '--delivery <id>', asks: 'deliveryId', says: 'of this delivery' },
    { flags: '--event <id>', asks: 'eventId', says: 'of this event' },
    { flags: '--endpoint <id>', asks: 'endpointId', says: 'at this endpoint' },
    { flags: '--type <type>', asks: 'event', says: 'of events of this type' },
    { flags: '--status <status>', asks: 'status', says: 'succeeded or failed' },
    { flags: '--status-code <code>', asks: 'statusCode', says: 'answered with this' },
    { flags: '--error <error>', asks: 'error', says: 'such as timeout or http_500' },
  ],
  cells: attemptCells,
  none: 'no attempts yet',
});

function attemptCells(row: AttemptRow): string[] {
  const { createdAt, status, latencyMs, event, attemptNumber, webhookUrl, deliveryId } = row;
  const became = row.error ?? String(row.statusCode);
  const took = `${latencyMs} ms`.padStart(9);
  return [createdAt, status, became, took, event, `#${attemptNumber}`, webhookUrl, deliveryId];
}

const get = idCommand<Attempt>({
  name: 'attempts get',
  takes: ['<id>', 'the id of an attempt'],
  summary: 'show an attempt with all that was sent and came back',
  examples: ['posthorn attempts get att_06d1…', 'posthorn attempts get att_06d1… --json'],
  request: (id) => ({ path: `/v1/attempts/${id}` }),
  draw: drawAttempt,
});

/** `posthorn attempts`: the webhook log. */
export const attemptsNoun: Noun = {
  noun: 'attempts',
  summary: 'show what was sent and what came of it',
  commands: [list, get],
};

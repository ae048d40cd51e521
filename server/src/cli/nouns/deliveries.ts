import type { Static } from 'typebox';
import type { DeliveryBody } from '../../api/schemas/delivery-schema.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { idCommand } from '../show.ts';
import { ackDelivery, failDelivery } from './delivery-reports.ts';
import { getDelivery } from './delivery-timeline.ts';

type Delivery = Static<typeof DeliveryBody>;

const list = listCommand<Delivery>({
  name: 'deliveries list',
  path: '/v1/deliveries',
  summary: 'list deliveries, newest first',
  examples: [
    'posthorn deliveries',
    'posthorn deliveries --state dead --endpoint ep_06d1…',
    'posthorn deliveries --state dead --all --json | jq -r .id',
  ],
  isDefault: true,
  filters: [
    {
      flags: '--state <state>',
      asks: 'state',
      says: 'pending, delivered, dead, superseded or cancelled',
    },
    { flags: '--event <id>', asks: 'eventId', says: 'of this event' },
    { flags: '--endpoint <id>', asks: 'endpointId', says: 'to this endpoint' },
  ],
  cells: (row) => [
    ...[row.createdAt, row.state, row.reason ?? '-', `${row.attemptCount} attempts`],
    ...[row.webhookUrl ?? row.endpointId, row.eventId, row.id],
  ],
  none: 'no such deliveries',
});

const retry = idCommand<Delivery>({
  name: 'deliveries retry',
  takes: ['<id>', 'the id of a delivery'],
  summary: 'try a dead, pending or held delivery again now, with a new budget of attempts',
  examples: ['posthorn deliveries retry dlv_06d1…'],
  about: ['For many at once see posthorn replay.'],
  request: (id) => ({ method: 'POST', path: `/v1/deliveries/${id}/retry` }),
  done: (id) => `it is tried again now; see: posthorn deliveries get ${id}`,
});

const cancel = idCommand<Delivery>({
  name: 'deliveries cancel',
  takes: ['<id>', 'the id of a delivery'],
  summary: 'cancel a pending, dead or held delivery',
  examples: ['posthorn deliveries cancel dlv_06d1…'],
  request: (id) => ({ method: 'POST', path: `/v1/deliveries/${id}/cancel` }),
});

/** `posthorn deliveries`: what is owed to endpoints, and what became of it. */
export const deliveriesNoun: Noun = {
  noun: 'deliveries',
  summary: 'see what is owed to endpoints, why it failed, and try it again',
  commands: [list, getDelivery, retry, cancel, ackDelivery, failDelivery],
};

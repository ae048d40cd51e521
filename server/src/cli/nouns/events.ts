import type { Static } from 'typebox';
import type { EventBody, EventSummaryBody } from '../../api/schemas/event-schema.ts';
import type { RoutingBody } from '../../api/schemas/routing-schema.ts';
import { sliceMembers } from '../../core/json-slice.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { factLines } from '../output/table.ts';
import { idCommand } from '../show.ts';

type EventRow = Static<typeof EventSummaryBody>;
type Event = Static<typeof EventBody>;
type Routing = Static<typeof RoutingBody>;

const eventId = ['<id>', 'the id of an event'] as const;

const list = listCommand<EventRow>({
  name: 'events list',
  path: '/v1/events',
  summary: 'list events, newest first',
  examples: ['posthorn events', 'posthorn events --type task.completed --since 1d --json'],
  isDefault: true,
  filters: [
    { flags: '--type <type>', asks: 'type', says: 'of this type' },
    { flags: '--correlation <id>', asks: 'correlationId', says: 'of this chain of events' },
  ],
  cells: (row) => [
    ...[row.createdAt, row.type, `${row.dataBytes} B`.padStart(10)],
    ...[row.key ?? '-', row.entity === null ? '-' : `${row.entity.type}/${row.entity.id}`, row.id],
  ],
  none: 'no such events',
});

const get = idCommand<Event>({
  name: 'events get',
  takes: eventId,
  summary: 'show an event with its data',
  examples: ['posthorn events get evt_06d1…', 'posthorn events get evt_06d1… --json | jq .data'],
  request: (id) => ({ path: `/v1/events/${id}` }),
  draw: drawEvent,
});

/** The data as it was published: parsed and written again, large numbers would be others. */
function drawEvent(event: Event, text: string): string[] {
  const { data, ...facts } = event;
  if (data === undefined) return factLines(facts);
  const bytes = Buffer.from(text, 'utf8');
  const sliced = sliceMembers(bytes, ['data']);
  const found = sliced.is === 'ok' ? sliced.members.get('data') : undefined;
  const exact = found === undefined ? '' : bytes.toString('utf8', found.start, found.end);
  return [...factLines(facts), 'data:', exact];
}

const explain = listCommand<Routing>({
  name: 'events explain',
  path: '/v1/events/{id}/explain',
  takes: eventId,
  summary: 'show for each endpoint why it got an event, or which rule said no',
  examples: ['posthorn events explain evt_06d1…', 'posthorn events explain evt_06d1… --json'],
  cells: ({ endpointId, matched, rule, says, webhookUrl, subscriptions }) => [
    ...[matched ? 'yes' : 'no', endpointId, webhookUrl, rule],
    [says, ...subscriptions.map(subscriptionText)].join(' '),
  ],
  none: 'there are no endpoints',
});

function subscriptionText({ id, says, value }: Routing['subscriptions'][number]): string {
  return `[${id}: ${says}${value === null ? '' : ` (${value})`}]`;
}

const erase = idCommand<object>({
  name: 'events erase',
  takes: eventId,
  summary: 'erase the data of an event, and the bodies that were kept of its attempts',
  examples: ['posthorn events erase evt_06d1…'],
  about: ['The log keeps when it was sent and what came of it. There is no way back.'],
  request: (id) => ({ method: 'DELETE', path: `/v1/events/${id}/data` }),
  done: (id) => `the data of ${id} is erased`,
});

/** `posthorn events`: what was published. */
export const eventsNoun: Noun = {
  noun: 'events',
  summary: 'see what was published, who gets it and why',
  commands: [list, get, explain, erase],
};

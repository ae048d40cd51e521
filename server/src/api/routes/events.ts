import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { EventId } from '../../core/ids.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { route } from '../route.ts';
import { EventBody, EventSummaryBody } from '../schemas/event-schema.ts';
import { closed, eventType, idParams } from '../schemas/fields.ts';
import { eventSummaryView, eventText } from '../views/event-view.ts';
import { eraseEventData } from './event-data.ts';
import { explainEvent } from './event-explain.ts';
import { createEvents } from './publish-many.ts';
import { createEvent } from './publish.ts';

const listEvents = route({
  method: 'GET',
  path: '/v1/events',
  summary: 'List events, newest first, without their data',
  scope: 'read',
  query: closed({
    ...listQuery,
    type: Type.Optional(eventType),
    correlationId: Type.Optional(Type.String()),
  }),
  answers: { 200: listOf(EventSummaryBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store }) => {
    const { type, correlationId } = call.query;
    const filter = {
      tenantId: call.access.reach,
      ...(type === undefined ? {} : { type }),
      ...(correlationId === undefined ? {} : { correlationId }),
    };
    return listAnswer(call, await store.finder.events(filter, pageOf(call)), eventSummaryView);
  },
});

const readEvent = route({
  method: 'GET',
  path: '/v1/events/{id}',
  summary: 'Show an event with its data',
  scope: 'read',
  params: idParams,
  answers: { 200: EventBody },
  fails: ['not_found'],
  handle: async ({ access, params }, { store }) => {
    const event = await store.finder.event({ tenantId: access.reach, id: params.id as EventId });
    if (event === null) throw new AppError('not_found', 'There is no such event.');
    return { status: 200, text: eventText(event) };
  },
});

/** Routes about events. */
export const eventRoutes = [
  createEvent,
  createEvents,
  listEvents,
  readEvent,
  explainEvent,
  eraseEventData,
];

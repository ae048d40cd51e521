import type {
  AcceptedEvent,
  AcceptedEvents,
  EventExplanation,
  EventPreview,
  EventQuery,
  EventSummary,
  NewEvent,
  StoredEvent,
  WaitedEvent,
} from '../../types/events.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Events: publishing, finding and explaining them. */
export class Events extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/events');
  }

  /** Publishes an event; it is durable once this resolves. */
  publish(event: NewEvent, options?: RequestOptions): Promise<AcceptedEvent> {
    return this.send('POST', this.path(), options, event);
  }

  /** Publishes an event and waits, at most so long, until each of its deliveries has ended. */
  publishAndWait(
    event: NewEvent,
    waitMs: number,
    options: RequestOptions = {},
  ): Promise<WaitedEvent> {
    return this.transport.call({
      timeoutMs: waitMs + answerMs,
      ...options,
      ...{ method: 'POST', path: this.path(), body: event },
      headers: { prefer: `wait=${Math.ceil(waitMs / 1_000)}` },
    });
  }

  /** Says who would get an event, and how; publishes nothing. */
  preview(event: NewEvent, options: RequestOptions = {}): Promise<EventPreview> {
    const query = { dryRun: true };
    return this.transport.call({
      ...options,
      method: 'POST',
      path: this.path(),
      query,
      body: event,
    });
  }

  /** Publishes up to 1,000 events; each is judged alone. */
  publishMany(events: readonly NewEvent[], options?: RequestOptions): Promise<AcceptedEvents> {
    return this.send('POST', this.path('batch'), options, { events });
  }

  get(id: string, options?: RequestOptions): Promise<StoredEvent> {
    return this.read(this.path(id), options);
  }

  list(query?: EventQuery, options?: RequestOptions): Pages<EventSummary> {
    return this.pages(this.path(), query, options);
  }

  /** Says for each endpoint why it gets this event, or which rule said no. */
  explain(id: string, options?: RequestOptions): Pages<EventExplanation['data'][number]> {
    return this.pages(this.path(id, 'explain'), {}, options);
  }

  /** Erases the data of an event, and of the attempts at its deliveries. */
  eraseData(id: string, options?: RequestOptions): Promise<unknown> {
    return this.send('DELETE', this.path(id, 'data'), options);
  }
}

/** An answer that was waited for is still on its way. */
const answerMs = 10_000;

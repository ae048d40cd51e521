import type {
  EventType,
  EventTypePatch,
  EventTypeQuery,
  NewEventType,
} from '../../types/event-types.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Event types, with schema and sample; they are the operator's. */
export class EventTypes extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/event-types');
  }

  create(eventType: NewEventType, options?: RequestOptions): Promise<EventType> {
    return this.send('POST', this.path(), options, eventType);
  }

  /** Makes the event type, or makes it so; doing it again changes nothing. */
  put(
    type: string,
    eventType: Omit<NewEventType, 'type'>,
    options?: RequestOptions,
  ): Promise<EventType> {
    return this.send('PUT', this.path(type), options, eventType);
  }

  get(type: string, options?: RequestOptions): Promise<EventType> {
    return this.read(this.path(type), options);
  }

  list(query?: EventTypeQuery, options?: RequestOptions): Pages<EventType> {
    return this.pages(this.path(), query, options);
  }

  /** Changes what is named, by JSON Merge Patch. */
  update(type: string, patch: EventTypePatch, options?: RequestOptions): Promise<EventType> {
    return this.send('PATCH', this.path(type), options, patch);
  }

  delete(type: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', this.path(type), options);
  }
}

import type { EventData } from '../types/event-data.ts';
import type { WebhookContext, WebhookEvent } from '../signing/webhook-event.ts';

/**
 * Processes one event. What it returns, when it is small JSON, becomes the answer, which Posthorn
 * keeps with the attempt; what it throws is answered 500 and the event comes again.
 */
export type EventHandler<Data = unknown> = {
  // A method is compared both ways, so that a handler may name the data that it expects.
  handle(event: WebhookEvent<Data>, context: WebhookContext): unknown;
}['handle'];

/**
 * Handlers by event type. `task.*` takes every type below `task.`, `*` every other one; the most
 * exact wins.
 */
export type EventHandlers = {
  readonly [Type in keyof EventData]?: EventHandler<EventData[Type]>;
} & { readonly [type: string]: EventHandler | undefined };

/** The handler of a type; undefined when there is none. */
export function handlerFor(on: EventHandlers, type: string): EventHandler | undefined {
  if (Object.hasOwn(on, type) && on[type] !== undefined) return on[type];
  const segments = type.split('.');
  for (let length = segments.length - 1; length > 0; length -= 1) {
    const pattern = `${segments.slice(0, length).join('.')}.*`;
    if (Object.hasOwn(on, pattern)) return on[pattern];
  }
  return Object.hasOwn(on, '*') ? on['*'] : undefined;
}

/** `@posthorn/sdk/client`: the client of the API, without what a receiver needs. */
export { Posthorn } from './client/posthorn.ts';
export type { PosthornOptions } from './client/posthorn.ts';
export { PosthornError } from './client/posthorn-error.ts';
export type { FieldError } from './client/posthorn-error.ts';
export type { Page, Pages } from './client/pages.ts';
export type { Surroundings } from './client/surroundings.ts';
export type { ApiAnswer, ApiRequest, RequestOptions } from './client/transport.ts';
export type { TaskHandle, TaskPace, TaskStart } from './client/task-handle.ts';
export type * from './types/deliveries.ts';
export type * from './types/endpoints.ts';
export type * from './types/event-types.ts';
export type * from './types/events.ts';
export type * from './types/replays.ts';
export type * from './types/stats.ts';
export type * from './types/subscriptions.ts';
export type * from './types/tasks.ts';
export type * from './types/tenants.ts';

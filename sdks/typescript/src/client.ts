/** `@posthorn/sdk/client`: the client of the API, without what a receiver needs. */
export { Posthorn } from './client/posthorn.ts';
export type { PosthornOptions } from './client/posthorn.ts';
export { PosthornError } from './client/posthorn-error.ts';
export type { FieldError } from './client/posthorn-error.ts';
export type { Page, Pages } from './client/pages.ts';
export type { Surroundings } from './client/surroundings.ts';
export type { ApiAnswer, ApiRequest, RequestOptions } from './client/transport.ts';
export type { StreamedEvent, StreamFrom, StreamQuery } from './client/streamed-events.ts';
export type { TaskHandle, TaskPace, TaskStart } from './client/task-handle.ts';
export type { BundleChanges, SyncedBundle } from './client/resources/bundles.ts';
export type { EntityName } from './client/resources/context.ts';
export type { PatchOperation } from './client/apply-patch.ts';
export type * from './types/all-types.ts';

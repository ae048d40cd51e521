// Drawn from the OpenAPI document by `npm run sdk-types`.

export type * from './bundle-events.ts';
export type * from './bundles.ts';
export type * from './chains.ts';
export type * from './context-events.ts';
export type * from './context.ts';
export type * from './deliveries.ts';
export type * from './endpoints.ts';
export type * from './event-data.ts';
export type * from './event-types.ts';
export type * from './events.ts';
export type * from './posthorn-events.ts';
export type * from './replays.ts';
export type * from './stats.ts';
export type * from './streams.ts';
export type * from './subscriptions.ts';
export type * from './task-events.ts';
export type * from './tasks.ts';
export type * from './tenants.ts';

/** `@posthorn/sdk`: publishes to Posthorn, and receives its webhooks. */
export * from './receiver.ts';
export * from './client.ts';

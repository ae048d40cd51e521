import type { Operation } from './openapi-document.ts';

/** What each group of operations is for. */
const descriptions: Readonly<Record<string, string>> = {
  events: 'Immutable facts, published once and delivered to every endpoint that wants them.',
  endpoints: 'Where deliveries go: URL, secrets, headers, limits, retry policy, state.',
  subscriptions: 'What an endpoint wants: type patterns, filter, entity, order, format.',
  deliveries: 'One event owed to one endpoint, with its state.',
  attempts: 'The webhook log: each try at a delivery, with what was sent and seen.',
  chains: 'What follows from an event: the events that name it as their cause, and so on.',
  replays: 'Jobs that make new deliveries of old events.',
  claims: 'Data too large to be sent, for whoever was sent a link to it.',
  context: 'What changed in entities, told to whoever must know.',
  entities: 'What is known of things such as contacts: values, versions, history.',
  bundles: 'Distilled context of conversations, in versions that are fetched by what changed.',
  tasks: 'Long work, reported from its start to its end; each report is an event.',
  stream: 'Events as they are accepted, for whoever follows along.',
  'stream-tokens': 'What a page needs to read one stream, and no key.',
  'event-types': 'The names of events, with schema, description and sample.',
  'alert-defaults': 'When and to whom alerts go where an endpoint or tenant says nothing.',
  stats: 'Rates, errors, latencies and backlog, from counters.',
  tenants: 'Your customers, each with endpoints, events and keys of its own.',
  keys: 'Access keys with scopes and an end.',
  server: 'How this server is.',
};

/** Names and describes the groups that operations stand in, in the order of their first one. */
export function tagDescriptions(
  operations: readonly Operation[],
): { name: string; description: string }[] {
  const names = new Set(operations.flatMap(({ tags }) => tags));
  return [...names].map((name) => ({ name, description: descriptions[name] ?? name }));
}

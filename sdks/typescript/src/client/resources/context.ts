import type {
  ContextUpdate,
  Entity,
  EntityChanged,
  EntityHistory,
  EntityHistoryQuery,
  EntityPatchQuery,
  EntityQuery,
  EntitySummary,
} from '../../types/context.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** An entity by its type and id. */
export type EntityName = { readonly type: string; readonly id: string };

/** Context: entities, and who must know that they changed. */
export class Context extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/entities');
  }

  /** Tells what changed in an entity; a missing `old` is filled in from what is known. */
  update(update: ContextUpdate, options?: RequestOptions): Promise<EntityChanged> {
    return this.send('POST', '/v1/context/updates', options, update);
  }

  /** Gives new values, by JSON Merge Patch; the server works out what changed. */
  patch(
    { type, id }: EntityName,
    values: Readonly<Record<string, unknown>>,
    { query = {}, ...options }: RequestOptions & { readonly query?: EntityPatchQuery } = {},
  ): Promise<EntityChanged> {
    const path = this.path(type, id);
    return this.transport.call({ ...options, method: 'PATCH', path, query, body: values });
  }

  get({ type, id }: EntityName, options?: RequestOptions): Promise<Entity> {
    return this.read(this.path(type, id), options);
  }

  /** Entities, changed last first. */
  list(query?: EntityQuery, options?: RequestOptions): Pages<EntitySummary> {
    return this.pages(this.path(), query, options);
  }

  /** What changed since a version, each change and all in one. */
  changes(
    { type, id }: EntityName,
    query: EntityHistoryQuery,
    options?: RequestOptions,
  ): Promise<EntityHistory> {
    return this.read(this.path(type, id, 'changes'), options, query);
  }
}

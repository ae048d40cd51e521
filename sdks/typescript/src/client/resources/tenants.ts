import type {
  AlertDefaults,
  AlertDefaultsPatch,
  CallbackSecret,
  CreatedKey,
  Key,
  KeyQuery,
  NewKey,
  NewTenant,
  Tenant,
  TenantPatch,
  TenantQuery,
} from '../../types/tenants.ts';
import type { Pages } from '../pages.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import { Resource } from './resource.ts';

/** Tenants: customers of the operator. */
export class Tenants extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/tenants');
  }

  create(tenant: NewTenant, options?: RequestOptions): Promise<Tenant> {
    return this.send('POST', this.path(), options, tenant);
  }

  /** Makes the tenant, or makes it so; doing it again changes nothing. */
  put(id: string, tenant: Omit<NewTenant, 'id'> = {}, options?: RequestOptions): Promise<Tenant> {
    return this.send('PUT', this.path(id), options, tenant);
  }

  get(id: string, options?: RequestOptions): Promise<Tenant> {
    return this.read(this.path(id), options);
  }

  list(query?: TenantQuery, options?: RequestOptions): Pages<Tenant> {
    return this.pages(this.path(), query, options);
  }

  /** Changes what is named, by JSON Merge Patch. */
  update(id: string, patch: TenantPatch, options?: RequestOptions): Promise<Tenant> {
    return this.send('PATCH', this.path(id), options, patch);
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', this.path(id), options);
  }

  /** What signs callbacks that bring no secret of their own. */
  callbackSecret(id: string, options?: RequestOptions): Promise<CallbackSecret> {
    return this.read(this.path(id, 'callback-secret'), options);
  }

  /** What is said of alerts where neither endpoint nor tenant says anything. */
  alertDefaults(options?: RequestOptions): Promise<AlertDefaults> {
    return this.read('/v1/alert-defaults', options);
  }

  setAlertDefaults(patch: AlertDefaultsPatch, options?: RequestOptions): Promise<AlertDefaults> {
    return this.send('PATCH', '/v1/alert-defaults', options, patch);
  }
}

/** Access keys. */
export class Keys extends Resource {
  constructor(transport: Transport) {
    super(transport, '/v1/keys');
  }

  /** Makes a key, which is shown this once. */
  create(key: NewKey, options?: RequestOptions): Promise<CreatedKey> {
    return this.send('POST', this.path(), options, key);
  }

  get(id: string, options?: RequestOptions): Promise<Key> {
    return this.read(this.path(id), options);
  }

  list(query?: KeyQuery, options?: RequestOptions): Pages<Key> {
    return this.pages(this.path(), query, options);
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', this.path(id), options);
  }
}

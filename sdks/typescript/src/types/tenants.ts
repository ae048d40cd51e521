// Drawn from the OpenAPI document by `npm run sdk-types`.

import type { EndpointQuery } from './endpoints.ts';

/** What `POST /v1/tenants` takes. */
export type NewTenant = {
  readonly id: string;
  readonly name?: string | undefined;
  /** How long its events are kept, where their type does not say. */
  readonly retentionMs?: number | null | undefined;
  /** Whom alerts reach besides subscribers of posthorn.*; none: the next one up says. */
  readonly contacts?:
    | readonly {
        readonly email?: string | undefined;
        /** Secret: shown masked. */
        readonly slackUrl?: string | undefined;
        readonly endpointId?: string | undefined;
      }[]
    | null
    | undefined;
  readonly alert?:
    | {
        /** So many failed attempts … */
        readonly failures?: number | undefined;
        /** … in this time raise an alert. */
        readonly windowMs?: number | undefined;
      }
    | null
    | undefined;
};

/** What `GET /v1/tenants/{id}` answers. */
export type Tenant = {
  /** Its id. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly retentionMs: number | null;
  /** Whom alerts reach besides subscribers of posthorn.*; none: the next one up says. */
  readonly contacts: readonly {
    readonly email?: string;
    /** Secret: shown masked. */
    readonly slackUrl?: string;
    readonly endpointId?: string;
  }[];
  readonly alert: {
    /** So many failed attempts … */
    readonly failures?: number;
    /** … in this time raise an alert. */
    readonly windowMs?: number;
  } | null;
  /** When it was made. */
  readonly createdAt: string;
  /** When it was last changed. */
  readonly updatedAt: string;
};

/** Settings of a tenant: only what is named changes; null means the default. */
export type TenantPatch = Readonly<Record<string, unknown>>;

/** What `GET /v1/tenants` takes. */
export type TenantQuery = EndpointQuery;

/** What `GET /v1/tenants/{id}/callback-secret` answers. */
export type CallbackSecret = {
  readonly secret: string;
};

/** What `GET /v1/alert-defaults` answers. */
export type AlertDefaults = {
  /** Whom alerts reach besides subscribers of posthorn.*; none: the next one up says. */
  readonly contacts: readonly {
    readonly email?: string;
    /** Secret: shown masked. */
    readonly slackUrl?: string;
    readonly endpointId?: string;
  }[];
  readonly alert: {
    /** So many failed attempts … */
    readonly failures?: number;
    /** … in this time raise an alert. */
    readonly windowMs?: number;
  } | null;
};

/** Alert settings: only what is named changes; null means the default. */
export type AlertDefaultsPatch = Readonly<Record<string, unknown>>;

/** What `POST /v1/keys` takes. */
export type NewKey = {
  /** For people. */
  readonly name: string;
  readonly scopes: readonly ('events:write' | 'read' | 'manage' | 'replay' | 'secrets' | 'admin')[];
  /** When it ends; null for never. */
  readonly expiresAt?: string | null | undefined;
  /** For the operator: whose key; null for an own one. */
  readonly tenantId?: string | null | undefined;
};

/** What `POST /v1/keys` answers. */
export type CreatedKey = {
  /** Its id. */
  readonly id: string;
  /** Null for a key of the operator. */
  readonly tenantId: string | null;
  /** For people. */
  readonly name: string;
  /** The end of its text. */
  readonly hint: string;
  /** What it allows. */
  readonly scopes: readonly ('events:write' | 'read' | 'manage' | 'replay' | 'secrets' | 'admin')[];
  /** When it ends; null for never. */
  readonly expiresAt: string | null;
  /** When it was made. */
  readonly createdAt: string;
  readonly key: string;
};

/** What `GET /v1/keys/{id}` answers. */
export type Key = {
  /** Its id. */
  readonly id: string;
  /** Null for a key of the operator. */
  readonly tenantId: string | null;
  /** For people. */
  readonly name: string;
  /** The end of its text. */
  readonly hint: string;
  /** What it allows. */
  readonly scopes: readonly ('events:write' | 'read' | 'manage' | 'replay' | 'secrets' | 'admin')[];
  /** When it ends; null for never. */
  readonly expiresAt: string | null;
  /** When it was made. */
  readonly createdAt: string;
};

/** What `GET /v1/keys` takes. */
export type KeyQuery = EndpointQuery;

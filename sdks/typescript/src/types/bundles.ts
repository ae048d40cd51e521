// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `PUT /v1/bundles/{id}` takes. */
export type NewBundle = {
  /** The conversation that it is distilled from. */
  readonly conversationId: string;
  /** Where the conversation was held. */
  readonly source?: string | null | undefined;
  /** For people and for whoever decides whether to read on. */
  readonly summary?: string | undefined;
  /** Who took part: ids, or ids with name and role. */
  readonly participants?:
    | readonly (
        | string
        | {
            readonly id: string;
            readonly name?: string | null | undefined;
            readonly role?: string | null | undefined;
          }
      )[]
    | undefined;
  /** Any JSON, up to 26214400 bytes; its exact bytes are kept. */
  readonly content: unknown;
  /** What its event belongs to. */
  readonly correlationId?: string | undefined;
  /** The event that led to it: the webhook-id that you received. */
  readonly causationId?: string | undefined;
};

/** What `GET /v1/bundles/{id}` answers. */
export type Bundle = {
  /** Its id. */
  readonly id: string;
  /** The conversation that it is distilled from. */
  readonly conversationId: string;
  readonly source: string | null;
  readonly summary: string;
  readonly participants: readonly (
    | string
    | {
        readonly id: string;
        readonly name?: string | null;
        readonly role?: string | null;
      }
  )[];
  /** Finalized is final. */
  readonly state: 'open' | 'finalized';
  /** 1 when made; one higher with each change. */
  readonly version: number;
  /** When it was made. */
  readonly createdAt: string;
  /** When its version was made. */
  readonly updatedAt: string;
  readonly finalizedAt: string | null;
  /** Its exact bytes, as they were sent. */
  readonly content: unknown;
};

/** What `GET /v1/bundles` answers. */
export type BundleSummary = {
  /** Its id. */
  readonly id: string;
  /** The conversation that it is distilled from. */
  readonly conversationId: string;
  readonly source: string | null;
  readonly summary: string;
  readonly participants: readonly (
    | string
    | {
        readonly id: string;
        readonly name?: string | null;
        readonly role?: string | null;
      }
  )[];
  /** Finalized is final. */
  readonly state: 'open' | 'finalized';
  /** 1 when made; one higher with each change. */
  readonly version: number;
  /** When it was made. */
  readonly createdAt: string;
  /** When its version was made. */
  readonly updatedAt: string;
  readonly finalizedAt: string | null;
  /** Whose it is. */
  readonly tenantId: string;
  /** Of the content. */
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** Where the whole of it is. */
  readonly url: string;
};

/** What `GET /v1/bundles` takes. */
export type BundleQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** Made at or after. */
  readonly 'createdAt[gte]'?: string | undefined;
  /** Made before. */
  readonly 'createdAt[lt]'?: string | undefined;
  /** Only of this conversation. */
  readonly conversationId?: string | undefined;
  /** Finalized is final. */
  readonly state?: 'open' | 'finalized' | undefined;
};

/** What `POST /v1/bundles/{id}/finalize` takes. */
export type BundleFinalization = {
  /** What its event belongs to. */
  readonly correlationId?: string | undefined;
  /** The event that led to it. */
  readonly causationId?: string | undefined;
};

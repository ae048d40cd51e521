// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `POST /v1/event-types` takes. */
export type NewEventType = {
  readonly type: string;
  readonly description?: string | null | undefined;
  /**
   * What the data of its events must fit: JSON Schema, draft 2020-12 or draft-07,
   * that refers to nothing outside itself. `format` is not checked.
   */
  readonly schema?: Readonly<Record<string, unknown>> | null | undefined;
  /** An example of its data, which must fit the schema; test events carry it. */
  readonly sample?: unknown;
  readonly deprecated?: boolean | null | undefined;
  /** How long its events are kept; it wins over what is set for a tenant. */
  readonly retentionMs?: number | null | undefined;
};

/** What `GET /v1/event-types/{type}` answers. */
export type EventType = {
  /** Its name. */
  readonly type: string;
  /** For people. */
  readonly description: string;
  /**
   * What the data of its events must fit: JSON Schema, draft 2020-12 or draft-07,
   * that refers to nothing outside itself. `format` is not checked.
   */
  readonly schema: Readonly<Record<string, unknown>> | null;
  /** An example of its data, which must fit the schema; test events carry it. */
  readonly sample: unknown;
  readonly deprecated: boolean;
  readonly retentionMs: number | null;
  /** False for one that was only seen on events. */
  readonly registered: boolean;
  /** Whether only Posthorn itself makes its events. */
  readonly builtIn: boolean;
  /** When it was registered. */
  readonly createdAt: string | null;
  /** When it was last changed. */
  readonly updatedAt: string | null;
};

/** Only what is named changes, also within the schema; null means the default. */
export type EventTypePatch = Readonly<Record<string, unknown>>;

/** What `GET /v1/event-types` takes. */
export type EventTypeQuery = {
  /** How many; 50 when not said. */
  readonly limit?: number | undefined;
  /** false: those seen on events and not registered; for keys of the operator. */
  readonly registered?: boolean | undefined;
};

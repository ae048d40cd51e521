// Drawn from the OpenAPI document by `npm run sdk-types`.

/** What `POST /v1/stream-tokens` takes. */
export type NewStreamToken = {
  /** The one task whose events may be read. */
  readonly taskId?: string | undefined;
  /** Patterns of the types that may be read; all when neither is said. */
  readonly types?: readonly string[] | undefined;
  /** How long it is good for; 900000 when not said. */
  readonly expiresMs?: number | undefined;
};

/** What `POST /v1/stream-tokens` answers. */
export type StreamToken = {
  /** To be sent as `?token=`; it reads one stream and no more. */
  readonly token: string;
  /** The path of its stream, the token included. */
  readonly url: string;
  readonly taskId: string | null;
  readonly types: readonly string[] | null;
  readonly expiresAt: string;
};

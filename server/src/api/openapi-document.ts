/** Bodies by content type. */
export type Content = Readonly<Record<string, Media>>;

type Media = {
  readonly schema?: unknown;
  /** Bodies that can be sent, by a name for each. */
  readonly examples?: Readonly<Record<string, Example>>;
};

/** A body as an example; `summary` says what it shows. */
export type Example = { readonly summary: string; readonly value: unknown };

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: unknown;
};

export type Response = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { description: string; schema: unknown }>>;
  readonly content?: Content;
};

export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** By scheme, the scopes that a key needs; empty when anyone may. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
};

/** Operations by path or name, and by method in lower case. */
export type Operations = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** An OpenAPI 3.1 document, as far as this server writes one. */
export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<'title' | 'version' | 'description', string>> & {
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Operations;
  readonly webhooks: Operations;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
};

// Drawn from the OpenAPI document by `npm run sdk-types`.

/** The data of `context.updated`. */
export type ContextUpdatedData = unknown;

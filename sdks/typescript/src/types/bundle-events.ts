// Drawn from the OpenAPI document by `npm run sdk-types`.

/** The data of `bundle.created`. */
export type BundleCreatedData = {
  /** The bundle. */
  readonly bundleId: string;
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
  /** When it was made. */
  readonly createdAt: string;
  /** When its version was made. */
  readonly updatedAt: string;
  /** When it was made final; null before that. */
  readonly finalizedAt: string | null;
  /** Where its document is: a path where the server does not know its own address. */
  readonly url: string;
  /** 1 when made; one higher with each change. */
  readonly version: number;
  /** Of the content. */
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
};

/** The data of `bundle.updated`. */
export type BundleUpdatedData = {
  /** The bundle. */
  readonly bundleId: string;
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
  /** When it was made. */
  readonly createdAt: string;
  /** When its version was made. */
  readonly updatedAt: string;
  /** When it was made final; null before that. */
  readonly finalizedAt: string | null;
  /** Where its document is: a path where the server does not know its own address. */
  readonly url: string;
  /** 1 when made; one higher with each change. */
  readonly version: number;
  /** Of the content. */
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** The version before this one. */
  readonly previousVersion: number;
  /** Members of the document that are not as in the version before. */
  readonly changed: readonly string[];
};

/** The data of `bundle.finalized`. */
export type BundleFinalizedData = BundleUpdatedData;

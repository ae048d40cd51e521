import type { Json } from '../../core/json.ts';

/** A body that can be sent as it stands, but for ids, which are of `core/example-ids.ts`. */
export type BodyExample = {
  /** What it shows, in a few words; unique within its operation. */
  readonly shows: string;
  readonly value: Json;
};

/** What the document says of an operation beyond its route; a test does every example. */
export type OperationNote = {
  /** What the summary leaves out. */
  readonly says?: string;
  /** Bodies of the operation's own content types. */
  readonly examples?: readonly BodyExample[];
  /** Bodies of other content types than JSON. */
  readonly otherExamples?: Readonly<Record<string, readonly BodyExample[]>>;
  /** What an answer means, by its status. */
  readonly answers?: Readonly<Record<number, string>>;
};

/** Notes by method and path: `POST /v1/events`. */
export type OperationNotes = Readonly<Record<string, OperationNote>>;

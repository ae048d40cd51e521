/** The value of an attribute: all other types of CloudEvents are written as text. */
export type AttributeValue = string | number | boolean;

/** A CloudEvent as it was read, before its attributes are judged. */
export type CloudEvent = {
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly data: Uint8Array;
  /** The media type of the data; null when it was not said. */
  readonly contentType: string | null;
  /** Where an attribute stands in the request, as a pointer. */
  readonly at: (name: string) => string;
};

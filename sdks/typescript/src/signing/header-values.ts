/** Headers as any server has them: those of a `Request`, of Node, or pairs. Names in any case. */
export type WebhookHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [name: string, value: string]>;

/** All values of each header, by its name in lower case. */
export type HeaderValues = ReadonlyMap<string, readonly string[]>;

/** Brings headers into one form. */
export function headerValues(headers: WebhookHeaders): HeaderValues {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of pairs(headers)) {
    const more = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    values.set(name.toLowerCase(), [...(values.get(name.toLowerCase()) ?? []), ...more]);
  }
  return values;
}

function pairs(
  headers: WebhookHeaders,
): Iterable<readonly [string, string | readonly string[] | undefined]> {
  return Symbol.iterator in headers ? headers : Object.entries(headers);
}

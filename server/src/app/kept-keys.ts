/** The files of a data directory that hold keys. */
export const keyFiles = ['master.key', 'operator.key'] as const;

/** The keys of a data directory in one file, apart from its database. */
export type KeptKeys = { readonly posthornKeys: Readonly<Record<string, string>> };

/** The file with the keys that belongs to a backup. */
export function keysPath(file: string): string {
  return `${file}.keys`;
}

/** The keys that a file holds; null when it is none of ours. */
export function readKeptKeys(text: string): Readonly<Record<string, string>> | null {
  try {
    const { posthornKeys } = JSON.parse(text) as Partial<KeptKeys>;
    if (typeof posthornKeys !== 'object') return null;
    const names = Object.keys(posthornKeys);
    return names.every((name) => (keyFiles as readonly string[]).includes(name))
      ? posthornKeys
      : null;
  } catch {
    return null;
  }
}

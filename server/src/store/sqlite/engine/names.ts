import type { Database } from './database.ts';

/** What a name names; the number is stored. */
export const nameKinds = { tenant: 1, endpoint: 2, subscription: 3, eventType: 4 } as const;

export type NameKind = keyof typeof nameKinds;

/** Names of each direction that are kept in memory before the memory is emptied. */
const rememberedMax = 50_000;

/**
 * Texts that many rows repeat, kept once under an integer. An endpoint's name belongs to its
 * tenant; the others stand for themselves, with owner 0.
 */
export class Names {
  readonly #db: Database;
  readonly #keys = new Map<number, Map<string, number>>();
  #keyCount = 0;
  readonly #texts = new Map<number, string>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** The key of a name that may not exist yet; null then. */
  find(kind: NameKind, owner: number, text: string): number | null {
    const remembered = this.#keys.get(groupOf(kind, owner))?.get(text);
    if (remembered !== undefined) return remembered;
    const row = this.#db.get<{ key: number }>(
      'SELECT key FROM names WHERE kind = ? AND owner = ? AND text = ?',
      nameKinds[kind],
      owner,
      text,
    );
    return row === null ? null : this.#remember(kind, owner, text, row.key);
  }

  /** The key of a name, made when there is none. Only the writer may call it. */
  make(kind: NameKind, owner: number, text: string): number {
    const found = this.find(kind, owner, text);
    if (found !== null) return found;
    this.#db.run(
      'INSERT INTO names (kind, owner, text) VALUES (?, ?, ?)',
      nameKinds[kind],
      owner,
      text,
    );
    const row = this.#db.get<{ key: number }>('SELECT last_insert_rowid() AS key');
    return this.#remember(kind, owner, text, row?.key ?? 0);
  }

  /** The text behind a key that some row holds. */
  text(key: number): string {
    const remembered = this.#texts.get(key);
    if (remembered !== undefined) return remembered;
    const row = this.#db.get<{ text: string }>('SELECT text FROM names WHERE key = ?', key);
    if (row === null) throw new Error(`no name has the key ${key}`);
    if (this.#texts.size >= rememberedMax) this.#texts.clear();
    this.#texts.set(key, row.text);
    return row.text;
  }

  /** Forgets everything: after a rollback a remembered key may not exist. */
  forget(): void {
    this.#keys.clear();
    this.#keyCount = 0;
    this.#texts.clear();
  }

  #remember(kind: NameKind, owner: number, text: string, key: number): number {
    if (this.#keyCount >= rememberedMax) this.forget();
    const group = groupOf(kind, owner);
    const keys = this.#keys.get(group) ?? new Map<string, number>();
    this.#keys.set(group, keys);
    keys.set(text, key);
    this.#keyCount += 1;
    return key;
  }
}

/** Numbers each pair of kind and owner apart. */
function groupOf(kind: NameKind, owner: number): number {
  return owner * 8 + nameKinds[kind];
}

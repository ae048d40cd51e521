import type { SeenStore } from './seen-store.ts';

type Kept = { readonly value: string; readonly endsAt: number };

const keysMaxDefault = 100_000;

/**
 * Remembers within one process, for tests and for receivers that are one. What is oldest is
 * forgotten past `keysMax`, and everything when the process ends.
 */
export class MemorySeenStore implements SeenStore {
  readonly #kept = new Map<string, Kept>();
  readonly #keysMax: number;
  readonly #now: () => number;

  constructor({
    keysMax = keysMaxDefault,
    now = Date.now,
  }: { keysMax?: number; now?: () => number } = {}) {
    this.#keysMax = keysMax;
    this.#now = now;
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.#live(key) !== null) return Promise.resolve(false);
    this.#keep(key, value, ttlMs);
    return Promise.resolve(true);
  }

  get(key: string): Promise<string | null> {
    return Promise.resolve(this.#live(key));
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#keep(key, value, ttlMs);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#kept.delete(key);
    return Promise.resolve();
  }

  #live(key: string): string | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    if (kept.endsAt > this.#now()) return kept.value;
    this.#kept.delete(key);
    return null;
  }

  #keep(key: string, value: string, ttlMs: number): void {
    // A key that is set again becomes the youngest.
    this.#kept.delete(key);
    this.#kept.set(key, { value, endsAt: this.#now() + ttlMs });
    if (this.#kept.size <= this.#keysMax) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}

/**
 * Where a receiver remembers what it has seen, shared by all its processes. Values are short texts;
 * each is gone after its time.
 */
export interface SeenStore {
  /** Sets a key that is not there, in one step; false when it is there. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
}

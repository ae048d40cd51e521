import type { Store } from '../store.ts';

/** A store that a contract may fill, close, open again and cut off. Disposing it closes it. */
export type StoreUnderTest = AsyncDisposable & {
  readonly store: Store;
  /** Closes the store in good order and opens it again over the same data. */
  readonly reopen: () => Promise<Store>;
  /** Moves the store's own clock, the one that ends leases; only a shared store has need of it. */
  readonly advance?: (byMs: number) => Promise<void>;
  /** Ends the store as a power cut would, with nothing said to it, and opens it again. */
  readonly crash?: () => Promise<Store>;
};

/** Opens a store that is empty and shares nothing with any other. */
export type OpenStore = () => Promise<StoreUnderTest>;

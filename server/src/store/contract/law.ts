import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { OpenStore, StoreUnderTest } from './open-store.ts';

/** Something that holds for every store; it is given one that is empty. */
export type Law = (under: StoreUnderTest, t: TestContext) => Promise<void>;

/** Laws by the sentence that each one proves. */
export type Laws = Readonly<Record<string, Law>>;

/** Makes each law a test over a store of its own. */
export function registerLaws(open: OpenStore, laws: Laws): void {
  for (const [sentence, law] of Object.entries(laws)) {
    test(sentence, async (t) => {
      await using under = await open();
      await law(under, t);
    });
  }
}

/** Whether nodes can share the store; skips the test aloud when they cannot. */
export function isShared({ store }: StoreUnderTest, t: TestContext): boolean {
  if (!store.capabilities.isShared) t.skip('capabilities.isShared is false: one node owns it');
  return store.capabilities.isShared;
}

import { storeContract } from '../../server/src/store/contract/all.contract.ts';
import type { OpenStore } from '../../server/src/store/contract/open-store.ts';
import { at, left } from '../../server/src/store/contract/sample.ts';
import { createReferenceStore } from './reference-store.ts';

const open: OpenStore = async () => {
  let nowMs = 0;
  const core = createReferenceStore({ clock: { now: () => at(nowMs) } });
  let store = core.open(left);
  const openAgain = () => {
    store = core.open(left);
    return store;
  };
  return {
    store,
    reopen: async () => {
      await store[Symbol.asyncDispose]();
      return openAgain();
    },
    crash: async () => {
      core.crash();
      return openAgain();
    },
    advance: async (byMs) => {
      nowMs += byMs;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
};

storeContract('the reference store', open);

import { describe } from 'node:test';
import { acceptingContract } from './accepting.contract.ts';
import { alertBookContract } from './alert-book.contract.ts';
import { attemptLogContract } from './attempt-log.contract.ts';
import { callbacksContract } from './callbacks.contract.ts';
import { catalogueContract } from './catalogue.contract.ts';
import { chainsContract } from './chains.contract.ts';
import { changingContract } from './changing.contract.ts';
import { coalescingContract } from './coalescing.contract.ts';
import { concurrencyContract } from './concurrency.contract.ts';
import { endpointHealthContract } from './endpoint-health.contract.ts';
import { erasingContract } from './erasing.contract.ts';
import { followingContract } from './following.contract.ts';
import { guardedEndsContract } from './guarded-ends.contract.ts';
import { guardedListsContract } from './guarded-lists.contract.ts';
import { guardingContract } from './guarding.contract.ts';
import { holdingContract } from './holding.contract.ts';
import { idempotencyContract } from './idempotency.contract.ts';
import { leasingContract } from './leasing.contract.ts';
import { listingContract } from './listing.contract.ts';
import { loadingContract } from './loading.contract.ts';
import { mergingContract } from './merging.contract.ts';
import type { OpenStore } from './open-store.ts';
import { orderingContract } from './ordering.contract.ts';
import { positionsContract } from './positions.contract.ts';
import { pruningContract } from './pruning.contract.ts';
import { replaySearchContract } from './replay-search.contract.ts';
import { replaysContract } from './replays.contract.ts';
import { recordingContract } from './recording.contract.ts';
import { reopeningContract } from './reopening.contract.ts';
import { reportingContract } from './reporting.contract.ts';
import { seenTypesContract } from './seen-types.contract.ts';
import { statsContract } from './stats.contract.ts';
import { tailingContract } from './tailing.contract.ts';

/** What is owed: accepting, recording, order, changes. */
const owed = {
  accepting: acceptingContract,
  guarding: guardingContract,
  'guarded lists': guardedListsContract,
  'guarded ends': guardedEndsContract,
  following: followingContract,
  idempotency: idempotencyContract,
  positions: positionsContract,
  recording: recordingContract,
  'endpoint health': endpointHealthContract,
  ordering: orderingContract,
  coalescing: coalescingContract,
  merging: mergingContract,
  loading: loadingContract,
  changing: changingContract,
  reporting: reportingContract,
  chains: chainsContract,
  holding: holdingContract,
  erasing: erasingContract,
  callbacks: callbacksContract,
};

/** Everything beside that. */
const beside = {
  leasing: leasingContract,
  tailing: tailingContract,
  listing: listingContract,
  'seen types': seenTypesContract,
  'attempt log': attemptLogContract,
  alerts: alertBookContract,
  catalogue: catalogueContract,
  pruning: pruningContract,
  replays: replaysContract,
  'replay search': replaySearchContract,
  stats: statsContract,
  reopening: reopeningContract,
  concurrency: concurrencyContract,
};

/** All that a store must hold to, as one suite named for the driver. */
export function storeContract(name: string, open: OpenStore): void {
  suite(name, { ...owed, ...beside }, open);
}

/** The part of it that is about what is owed; a driver whose opening takes long has it in two. */
export function owedContract(name: string, open: OpenStore): void {
  suite(name, owed, open);
}

/** The other part. */
export function besideContract(name: string, open: OpenStore): void {
  suite(name, beside, open);
}

function suite(
  name: string,
  contracts: Readonly<Record<string, (open: OpenStore) => void>>,
  open: OpenStore,
): void {
  describe(name, () => {
    for (const [behaviour, contract] of Object.entries(contracts)) {
      describe(behaviour, () => contract(open));
    }
  });
}

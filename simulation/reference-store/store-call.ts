import type { NodeId } from '../../server/src/core/ids.ts';

/** The verbs of a store that travel. */
export type StoreVerb =
  | 'accept'
  | 'record'
  | 'loadDue'
  | 'dueEndpoints'
  | 'readEvents'
  | 'change'
  | 'erase'
  | 'settle'
  | 'tail'
  | 'lease'
  | 'release'
  | 'find'
  | 'list'
  | 'readCatalogue'
  | 'changeCatalogue'
  | 'health'
  | 'prune'
  | 'makeReplay'
  | 'changeReplay'
  | 'claimReplays'
  | 'stepReplay'
  | 'saveAlerts';

/** A call on its way from a node to the store. */
export type StoreCall<Answer> = {
  readonly node: NodeId;
  readonly verb: StoreVerb;
  /** Carries the call out, in one commit that is not yet safe, and answers. */
  apply(): Answer;
  /** Makes all commits so far safe from a power cut. */
  sync(): void;
};

/**
 * Brings calls to the store and answers back. It may apply late, not at all or without ever
 * answering, and may reject on either side of the commit; it must sync before it answers.
 */
export type Deliver = <Answer>(call: StoreCall<Answer>) => Promise<Answer>;

/** Carries each call out as it is made. */
export const deliverAtOnce: Deliver = async (call) => {
  const answer = call.apply();
  call.sync();
  return answer;
};

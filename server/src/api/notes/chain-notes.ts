import type { OperationNotes } from './operation-note.ts';

/** What the document says of chains. */
export const chainNotes: OperationNotes = {
  'GET /v1/chains/{id}': {
    says:
      'Each event names its parent as `causationId`, so that they make a tree. The first event ' +
      'of a chain is there as well; `id` is its id, unless its publisher gave another.',
  },
  'POST /v1/chains/{id}/release': {
    says:
      'A chain that is past 16 hops looks like a loop of agents; what continues it is accepted ' +
      'and held. This delivers all of it, as a replay, the callbacks too, and allows as many ' +
      'hops again. It may be repeated; a chain that is not held stays as it is.',
  },
};

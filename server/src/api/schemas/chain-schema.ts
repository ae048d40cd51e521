import { Type } from './type.ts';
import { taskStates } from '../../core/task/task.ts';
import { chainId } from './event-schema.ts';
import { closed, orNull, shown } from './fields.ts';

/** The path of a chain. */
export const chainParams = closed({
  id: { ...chainId, description: 'The correlation id that its events have in common.' },
});

const standing = {
  correlationId: shown('What its events have in common: the id of the first one, as a rule.'),
  held: Type.Boolean({ description: 'Whether events of it are held, because it became too long.' }),
  heldAt: orNull(shown('Since when; null while none is held.')),
  heldEventId: orNull(shown('The first one that was held.')),
  allowedHops: Type.Integer({ description: 'An event with more hops is held.' }),
  releasedAt: orNull(shown('When it was last released.')),
  busyAt: orNull(shown('When it was last told that very much comes of it.')),
};

const countOf = (state: string) =>
  Type.Integer({ minimum: 0, description: `Those that are ${state}.` });

const chainEvent = closed({
  id: shown('Its id.'),
  type: shown('Its type.'),
  hops: Type.Integer({ description: 'How many events stand between it and the first, and one.' }),
  causationId: orNull(shown('The event that led to it: its parent in the tree.')),
  createdAt: shown('When it was accepted.'),
  source: orNull(shown('Where it comes from.')),
  key: orNull(shown('What it is kept in order by; the id of its task, if it is about one.')),
  held: Type.Boolean({ description: 'Whether it waits for the chain to be released.' }),
  deliveries: closed({
    pending: countOf('pending'),
    delivered: countOf('delivered'),
    dead: countOf('dead'),
    superseded: countOf('superseded'),
    cancelled: countOf('cancelled'),
    isLowerBound: Type.Boolean({ description: 'Whether there are more than were counted.' }),
  }),
});

/** A chain: how it stands, and a page of what belongs to it. */
export const ChainBody = closed({
  ...standing,
  heldCount: Type.Integer({
    minimum: 0,
    description: 'How many events of it are held, counted up to 1,000.',
  }),
  data: Type.Array(chainEvent, { description: 'Its events, newest first.' }),
  tasks: Type.Array(
    closed({ id: shown('The id of the task.'), state: Type.Enum([...taskStates]) }),
    { description: 'The tasks that the events of this page tell of.' },
  ),
  nextCursor: orNull(Type.String()),
});

/** A chain that somebody let go on. */
export const ReleasedChainBody = closed({
  ...standing,
  released: Type.Boolean({
    description: 'Whether this request released it; false: none was held.',
  }),
  replayId: orNull(shown('The replay that delivers what was held; null when nothing was.')),
});

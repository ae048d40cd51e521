import type { Static } from 'typebox';
import type { ChainBody, ReleasedChainBody } from '../../api/schemas/chain-schema.ts';
import type { Noun } from '../command.ts';
import { factLines, tableLines } from '../output/table.ts';
import { idCommand } from '../show.ts';

type Chain = Static<typeof ChainBody>;
type ChainEvent = Chain['data'][number];

const chainId = [
  '<id>',
  'the correlation id of a chain: the id of its first event, as a rule',
] as const;

const get = idCommand<Chain>({
  name: 'chains get',
  takes: chainId,
  summary: 'show a chain: who led to whom, what is held, deliveries and tasks',
  examples: ['posthorn chains get evt_06d1…', 'posthorn chains get evt_06d1… --json'],
  about: ['Shows its newest 50 events. For more see GET /v1/chains/{id} with ?cursor=.'],
  request: (id) => ({ path: `/v1/chains/${id}` }),
  draw: drawChain,
});

const release = idCommand<Static<typeof ReleasedChainBody>>({
  name: 'chains release',
  takes: chainId,
  summary: 'deliver what a chain holds, and let it go on',
  examples: ['posthorn chains release evt_06d1…'],
  request: (id) => ({ method: 'POST', path: `/v1/chains/${id}/release` }),
  done: (id) => `see: posthorn chains get ${id}`,
});

function drawChain({ data, tasks, nextCursor, ...facts }: Chain): string[] {
  return [
    ...factLines(facts),
    '',
    ...tableLines(tree(data).map(({ event, depth }) => eventCells(event, depth))),
    ...(nextCursor === null ? [] : ['… and older ones']),
    ...(tasks.length === 0 ? [] : ['', 'tasks:']),
    ...tableLines(tasks.map(({ id, state }) => [`  ${id}`, state])),
  ];
}

type Placed = { readonly event: ChainEvent; readonly depth: number };

/** Each event behind the one that led to it; those whose parent is not shown stand at the edge. */
function tree(newestFirst: readonly ChainEvent[]): Placed[] {
  const events = newestFirst.toReversed();
  const ids = new Set(events.map(({ id }) => id));
  const children = Map.groupBy(events, ({ causationId }) =>
    causationId !== null && ids.has(causationId) ? causationId : null,
  );
  const placed: Placed[] = [];
  const open = (children.get(null) ?? []).map((event) => ({ event, depth: 0 })).toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    placed.push(next);
    const depth = next.depth + 1;
    const below = children.get(next.event.id) ?? [];
    open.push(...below.map((event) => ({ event, depth })).toReversed());
  }
  return placed;
}

function eventCells({ id, type, createdAt, held, deliveries }: ChainEvent, depth: number) {
  const counts = Object.entries(deliveries).flatMap(([state, count]) =>
    typeof count === 'number' && count > 0 ? [`${count} ${state}`] : [],
  );
  const became = counts.length === 0 ? 'no deliveries' : counts.join(', ');
  return [`${'  '.repeat(depth)}${type}`, held ? 'held' : became, createdAt, id];
}

/** `posthorn chains`: what follows from what. */
export const chainsNoun: Noun = {
  noun: 'chains',
  summary: 'see which events led to which, and release a chain that is held',
  commands: [get, release],
};

import type { Position } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import type {
  Finder,
  GuardedFilter,
  GuardedRow,
  GuardedVersion,
} from '../../server/src/store/finder.ts';
import type { Page, PageOf } from '../../server/src/store/page.ts';
import type { GuardedWrite } from '../../server/src/store/queue.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';
import { listRows } from './list-rows.ts';
import { SortedList } from './sorted-list.ts';

/** A guarded row with all that stands beside it. */
export type GuardedEntry = {
  readonly row: GuardedRow;
  readonly madeAt: Instant;
  /** Of the event that it changed with last. */
  readonly lastPosition: Position;
  /** Of the newest event of its history that retention has removed. */
  readonly removedPosition: Position;
  readonly history: readonly GuardedVersion[];
  readonly content: GuardedContent | null;
};

type GuardedContent = {
  readonly version: number;
  readonly position: Position;
  readonly content: Uint8Array;
};

type Asked<Name extends keyof Finder> = Parameters<Finder[Name]>[0];

/** The key of a guarded row. */
export function guardedKey({
  tenantId,
  kind,
  id,
}: Pick<GuardedRow, 'tenantId' | 'kind' | 'id'>): string {
  return rowKey(tenantId, kind, id);
}

/** Makes a write whose expectation was found to hold. */
export function writeGuarded(image: Image, { event, position }: EventRow, write: GuardedWrite) {
  const { tenantId, acceptedAt } = event;
  const key = guardedKey({ tenantId, ...write });
  const old = image.guarded.get(key);
  const version = (write.expects ?? 0) + 1;
  const told = { version, position, note: write.note ?? null };
  image.guarded.set(key, {
    row: rowOf(write, { tenantId, version, position: old?.row.position ?? position }),
    madeAt: old?.madeAt ?? acceptedAt,
    lastPosition: position,
    removedPosition: old?.removedPosition ?? (0 as Position),
    history: [...(old?.history ?? []), ...(write.hasHistory === true ? [told] : [])],
    content:
      write.content === undefined
        ? (old?.content ?? null)
        : { version, position, content: write.content },
  });
}

function rowOf(
  { kind, id, value, group, state, wakeAt }: GuardedWrite,
  rest: Pick<GuardedRow, 'tenantId' | 'version' | 'position'>,
): GuardedRow {
  return {
    ...rest,
    kind,
    id,
    value,
    group: group ?? null,
    state: state ?? null,
    wakeAt: wakeAt ?? null,
  };
}

/** Guarded rows of one kind, newest first. */
export function listGuarded(image: Image, filter: GuardedFilter, page: Page): PageOf<GuardedRow> {
  const rows = new SortedList<GuardedEntry>((a, b) => a.row.position - b.row.position);
  for (const [, entry] of image.guarded.sorted()) if (fits(entry.row, filter)) rows.add(entry);
  return listRows(
    {
      rows,
      positionOf: ({ row }) => row.position,
      madeAt: ({ madeAt }) => madeAt,
      matches: () => true,
      show: ({ row }) => row,
    },
    page,
  );
}

function fits(row: GuardedRow, { tenantId, kind, group, state }: GuardedFilter): boolean {
  return (
    row.kind === kind &&
    (tenantId === null || row.tenantId === tenantId) &&
    (group === undefined || row.group === group) &&
    (state === undefined || row.state === state)
  );
}

/** Versions of one row that are still kept, oldest first. */
export function guardedHistory(image: Image, query: Asked<'guardedHistory'>): GuardedVersion[] {
  const { after, upTo, limit } = query;
  const history = image.guarded.get(guardedKey(query))?.history ?? [];
  return history
    .filter(({ version }) => version > after && (upTo === null || version <= upTo))
    .slice(0, limit);
}

/** The newest large bytes beside a row. */
export function guardedContent(image: Image, query: Asked<'guardedContent'>) {
  const found = image.guarded.get(guardedKey(query))?.content ?? null;
  return found && { version: found.version, content: found.content };
}

/** Rows that upkeep is to look at, those due first first. */
export function guardedDue(
  image: Image,
  { kind, before, limit }: Asked<'guardedDue'>,
): GuardedRow[] {
  return image.guarded
    .sorted()
    .map(([, { row }]) => row)
    .filter((row) => row.kind === kind && (row.wakeAt ?? before) < before)
    .toSorted((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0) || a.position - b.position)
    .slice(0, limit);
}

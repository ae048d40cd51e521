import { limits } from '../../../core/limits.ts';
import type { Database } from './database.ts';
import type { ReadContext, WriteContext } from './context.ts';
import { foldIncrements } from './fold-increments.ts';
import { Increments } from './increments.ts';

/** How full the journal is. */
export type JournalSize = { readonly rows: number; readonly bytes: number };

/**
 * Writes what the transaction has gathered as one row, however many subjects it touches. A journal
 * that is full is folded into the counters by the commit that fills it.
 */
export function keepIncrements(context: WriteContext): void {
  const { db, increments, counters } = context;
  if (increments.isEmpty) return;
  const bytes = increments.take();
  counters.journalRows += 1;
  counters.journalBytes += bytes.length;
  db.run('INSERT INTO stats_journal VALUES (?, ?)', counters.journalRows, bytes);
  const isFull =
    counters.journalRows >= limits.statsJournalRows ||
    counters.journalBytes >= limits.statsJournalBytes;
  if (isFull) foldJournal(context);
}

/** Moves what stands in the journal into the counters. */
export function foldJournal(context: WriteContext): void {
  const { db, counters } = context;
  foldIncrements(db, readJournal(context));
  db.run('DELETE FROM stats_journal');
  counters.journalRows = 0;
  counters.journalBytes = 0;
}

/** What stands in the journal, summed by subject and minute. */
export function readJournal({ db }: Pick<ReadContext, 'db'>): Increments {
  const sum = new Increments();
  const rows = db.all<{ increments: Uint8Array }>('SELECT increments FROM stats_journal');
  for (const { increments } of rows) sum.addBytes(increments);
  return sum;
}

/** How much stands in the journal, as a start finds it. */
export function journalSize(db: Database): JournalSize {
  const size = db.get<JournalSize>(
    'SELECT count(*) AS rows, total(length(increments)) AS bytes FROM stats_journal',
  );
  return size ?? { rows: 0, bytes: 0 };
}

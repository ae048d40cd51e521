import { backup, DatabaseSync } from 'node:sqlite';
import { limits } from '../../core/limits.ts';

/**
 * Copies a database as it is at this moment into a new file, also while a server writes to it. The
 * copy is one file, without a log beside it; the caller makes it durable.
 */
export async function backupDatabase(
  from: string,
  to: string,
  heard: (copied: { readonly doneCount: number; readonly totalCount: number }) => void,
): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    // One read transaction over all steps: without it each commit elsewhere would start the copy
    // over, and under load it would never end.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(source, to, {
      rate: limits.backupPages,
      progress: ({ totalPages, remainingPages }) =>
        heard({ doneCount: totalPages - remainingPages, totalCount: totalPages }),
    });
    source.exec('COMMIT');
  } finally {
    source.close();
  }
  leaveOneFile(to);
}

function leaveOneFile(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

import { first } from './0001-first.ts';
import { callbacks } from './0002-callbacks.ts';
import { replays } from './0003-replays.ts';
import { stats } from './0004-stats.ts';
import { alerts } from './0005-alerts.ts';
import { trace } from './0008-trace.ts';
import { erasure } from './0006-erasure.ts';
import { seenTypes } from './0007-seen-types.ts';
import { guarded } from './0009-guarded.ts';
import { coalescing } from './0010-coalescing.ts';
import { chains } from './0011-chains.ts';
import { reports } from './0012-reports.ts';
import type { Migration } from './migration.ts';

/** Every migration of the SQLite schema, oldest first. */
export const migrations: readonly Migration[] = [
  first,
  callbacks,
  replays,
  stats,
  alerts,
  erasure,
  seenTypes,
  trace,
  guarded,
  coalescing,
  chains,
  reports,
];

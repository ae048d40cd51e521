import type { Counts } from '../../../core/stats/counts.ts';
import { addCounts, noCounts, pendingChange } from '../../../core/stats/counts.ts';
import { addWrittenCounts, writeCounts } from '../../../core/stats/counts-bytes.ts';
import { floorTo, statsWidths, widthMs } from '../../../core/stats/stats-width.ts';
import { VarintReader, VarintWriter } from '../../../core/stats/varints.ts';
import type { Database } from './database.ts';
import type { Increment, Increments } from './increments.ts';

type Row = { readonly width: number; readonly start: number; readonly subject: number };
type Owner = { readonly tenant: number; readonly subject: number };

/** The row of everything, which belongs to no tenant. */
const everything: Owner = { tenant: 0, subject: 0 };

/** Adds increments to the counters of endpoint, tenant and everything, and to what is pending. */
export function foldIncrements(db: Database, increments: Increments): void {
  const sums = new Map<string, Row & { readonly counts: Counts }>();
  const pending = new Map<number, Owner & { by: number }>();
  for (const increment of increments.all()) {
    for (const owner of ownersOf(increment)) {
      for (const width of statsWidths) {
        const start = floorTo(increment.minute * widthMs.minute, widthMs[width]);
        addTo(sums, { width: widthMs[width], start, subject: owner.subject }, increment.counts);
      }
      const change = pending.get(owner.subject) ?? { ...owner, by: 0 };
      change.by += pendingChange(increment.counts);
      pending.set(owner.subject, change);
    }
  }
  for (const { counts, ...row } of sums.values()) addToRow(db, row, counts);
  for (const { by, ...owner } of pending.values()) if (by !== 0) addToBacklog(db, owner, by);
}

function ownersOf({ tenant, subject }: Increment): Owner[] {
  const whole: Owner[] = [{ tenant, subject: tenant }, everything];
  return subject === tenant ? whole : [{ tenant, subject }, ...whole];
}

function addTo(sums: Map<string, Row & { counts: Counts }>, row: Row, counts: Counts): void {
  const key = `${row.width} ${row.start} ${row.subject}`;
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { ...row, counts: noCounts() };
    sums.set(key, sum);
  }
  addCounts(sum.counts, counts);
}

function addToRow(db: Database, { width, start, subject }: Row, counts: Counts): void {
  const present = db.get<{ counts: Uint8Array }>(
    'SELECT counts FROM stats WHERE width = ? AND start = ? AND subject = ?',
    width,
    start,
    subject,
  );
  if (present !== null) addWrittenCounts(counts, new VarintReader(present.counts));
  const writer = new VarintWriter();
  writeCounts(writer, counts);
  const bytes = writer.take();
  db.run('INSERT OR REPLACE INTO stats VALUES (?, ?, ?, ?)', width, start, subject, bytes);
}

/** Only what is pending has a row. */
function addToBacklog(db: Database, { tenant, subject }: Owner, by: number): void {
  db.run(
    `INSERT INTO backlogs VALUES (?, ?, ?)
      ON CONFLICT (tenant, subject) DO UPDATE SET pending = pending + excluded.pending`,
    tenant,
    subject,
    by,
  );
  db.run('DELETE FROM backlogs WHERE tenant = ? AND subject = ? AND pending = 0', tenant, subject);
}

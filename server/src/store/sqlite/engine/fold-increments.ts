import type { Counts } from '../../../core/stats/counts.ts';
import { addCounts, noCounts, pendingChange } from '../../../core/stats/counts.ts';
import { addWrittenCounts, writeCounts } from '../../../core/stats/counts-bytes.ts';
import { floorTo, statsWidths, widthMs } from '../../../core/stats/stats-width.ts';
import { VarintReader, VarintWriter } from '../../../core/stats/varints.ts';
import type { Database } from './database.ts';
import type { Increment } from './increment.ts';
import type { Increments } from './increments.ts';

type Row = { readonly width: number; readonly start: number; readonly subject: number };
type Owner = { readonly tenant: number; readonly subject: number };

/** The row of everything, which belongs to no tenant. */
const everything: Owner = { tenant: 0, subject: 0 };

/** Adds increments to the counters of endpoint, tenant and everything, and to what is pending. */
export function foldIncrements(db: Database, increments: Increments): void {
  const parts = new Map<string, Row & { readonly of: Increment[] }>();
  const pending = new Map<number, Owner & { by: number }>();
  for (const increment of increments.all) {
    for (const owner of ownersOf(increment)) {
      for (const width of statsWidths) {
        const start = floorTo(increment.minute * widthMs.minute, widthMs[width]);
        group(parts, { width: widthMs[width], start, subject: owner.subject }, increment);
      }
      const change = pending.get(owner.subject) ?? { ...owner, by: 0 };
      change.by += pendingChange(increment.counts);
      pending.set(owner.subject, change);
    }
  }
  const sum = noCounts();
  const writer = new VarintWriter();
  for (const row of parts.values()) addToRow(db, row, { sum, writer });
  for (const { by, ...owner } of pending.values()) if (by !== 0) addToBacklog(db, owner, by);
}

function ownersOf({ tenant, subject }: Increment): Owner[] {
  const whole: Owner[] = [{ tenant, subject: tenant }, everything];
  return subject === tenant ? whole : [{ tenant, subject }, ...whole];
}

function group(
  parts: Map<string, Row & { readonly of: Increment[] }>,
  row: Row,
  increment: Increment,
): void {
  const key = `${row.width} ${row.start} ${row.subject}`;
  const present = parts.get(key);
  if (present === undefined) parts.set(key, { ...row, of: [increment] });
  else present.of.push(increment);
}

/** What is used anew for each row. */
type Scratch = { readonly sum: Counts; readonly writer: VarintWriter };

function addToRow(
  db: Database,
  { width, start, subject, of }: Row & { readonly of: readonly Increment[] },
  { sum, writer }: Scratch,
): void {
  const present = db.tuple<[Uint8Array]>(
    'SELECT counts FROM stats WHERE width = ? AND start = ? AND subject = ?',
    width,
    start,
    subject,
  );
  sum.fill(0);
  if (present !== null) addWrittenCounts(sum, new VarintReader(present[0]));
  for (const { counts } of of) addCounts(sum, counts);
  writeCounts(writer, sum);
  db.run('INSERT OR REPLACE INTO stats VALUES (?, ?, ?, ?)', width, start, subject, writer.take());
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

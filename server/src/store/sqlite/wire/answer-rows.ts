import type { PendingDelivery } from '../../../core/delivery.ts';
import type { Position } from '../../../core/ids.ts';
import type { AcceptAnswer, RecordAnswer } from '../../queue.ts';
import type { VerbName } from '../verbs.ts';
import { fromAcceptedRow, toAcceptedRow } from './accepted-row.ts';
import type { AcceptedRow } from './accepted-row.ts';
import { fromPendingRow, toPendingRow } from './pending-row.ts';
import type { PendingRow } from './pending-row.ts';

/** An accepted event that may go everywhere is its position, another a row; else it is itself. */
type AcceptRow = number | AcceptedRow | Exclude<AcceptAnswer, { is: 'accepted' }>;

/** A record that moved is the delivery it promoted, or null; every other answer is itself. */
type RecordAnswerRow = PendingRow | null | Exclude<RecordAnswer, { is: 'moved' }>;

/** Answers of the hot verbs as rows, others as they are. */
export function toAnswerRows(name: VerbName, answer: unknown): unknown {
  if (name === 'accept') return (answer as readonly AcceptAnswer[]).map(toAcceptRow);
  if (name === 'record') return (answer as readonly RecordAnswer[]).map(toRecordAnswerRow);
  if (name === 'loadDue') return (answer as readonly PendingDelivery[]).map(toPendingRow);
  return answer;
}

/** The answer that {@link toAnswerRows} wrote for this verb. */
export function fromAnswerRows(name: VerbName, rows: unknown): unknown {
  if (name === 'accept') return (rows as readonly AcceptRow[]).map(fromAcceptRow);
  if (name === 'record') return (rows as readonly RecordAnswerRow[]).map(fromRecordAnswerRow);
  if (name === 'loadDue') return (rows as readonly PendingRow[]).map(fromPendingRow);
  return rows;
}

function toAcceptRow(answer: AcceptAnswer): AcceptRow {
  if (answer.is !== 'accepted') return answer;
  const isPlain = answer.followers.length === 0 && hasStayed(answer);
  return isPlain ? answer.position : toAcceptedRow(answer);
}

/** Whether coalescing did nothing. */
function hasStayed({ placed, superseded, promoted }: AcceptAnswer & { is: 'accepted' }): boolean {
  return placed === undefined && superseded === undefined && promoted === undefined;
}

function fromAcceptRow(row: AcceptRow): AcceptAnswer {
  if (typeof row === 'number') {
    return { is: 'accepted', position: row as Position, followers: [] };
  }
  return 'is' in row ? row : fromAcceptedRow(row);
}

function toRecordAnswerRow(answer: RecordAnswer): RecordAnswerRow {
  if (answer.is !== 'moved') return answer;
  return answer.promoted && toPendingRow(answer.promoted);
}

function fromRecordAnswerRow(row: RecordAnswerRow): RecordAnswer {
  if (row === null) return { is: 'moved', promoted: null };
  return 'is' in row ? row : { is: 'moved', promoted: fromPendingRow(row) };
}

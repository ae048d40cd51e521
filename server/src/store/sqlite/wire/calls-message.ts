import type { AttemptRecord, PlannedEvent } from '../../queue.ts';
import type { Call } from '../protocol.ts';
import type { VerbName } from '../verbs.ts';
import { BlockWriter } from '../../../core/bytes-block.ts';
import { fromPlanRow, toPlanRow } from './plan-row.ts';
import type { PlanRow } from './plan-row.ts';
import { fromRecordRow, toRecordRow } from './record-row.ts';
import type { RecordRow } from './record-row.ts';

/** Calls on their way: the hot ones as rows, others as they are, all payloads in one block. */
export type CallsMessage = {
  readonly kind: 'calls';
  readonly calls: readonly (readonly [id: number, name: VerbName, asked: unknown])[];
  readonly block: Uint8Array<ArrayBuffer> | null;
};

const noBytes = new Uint8Array();

export function toCallsMessage(calls: readonly Call[]): CallsMessage {
  const block = new BlockWriter();
  const rows = calls.map(({ id, name, asked }) => [id, name, toRows(name, asked, block)] as const);
  const bytes = block.finish();
  return { kind: 'calls', calls: rows, block: bytes.byteLength === 0 ? null : bytes };
}

export function fromCallsMessage({ calls, block }: CallsMessage): Call[] {
  const bytes = block ?? noBytes;
  return calls.map(([id, name, rows]) => ({ id, name, asked: fromRows(name, rows, bytes) }));
}

function toRows(name: VerbName, asked: unknown, block: BlockWriter): unknown {
  if (name === 'accept') {
    return (asked as readonly PlannedEvent[]).map((plan) => toPlanRow(plan, block));
  }
  if (name === 'record') {
    return (asked as readonly AttemptRecord[]).map((record) => toRecordRow(record, block));
  }
  return asked;
}

function fromRows(name: VerbName, rows: unknown, block: Uint8Array): unknown {
  if (name === 'accept') return (rows as PlanRow[]).map((row) => fromPlanRow(row, block));
  if (name === 'record') return (rows as RecordRow[]).map((row) => fromRecordRow(row, block));
  return rows;
}

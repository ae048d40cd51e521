import type { IdempotencyRow } from '../idempotency.ts';
import type { AttemptRecord, PlannedEvent } from '../queue.ts';
import type { Call } from './protocol.ts';

/** Calls whose payloads share one buffer, which goes over to the thread instead of being copied. */
export type PackedCalls = { readonly calls: readonly Call[]; readonly transfer: ArrayBuffer[] };

/**
 * Copies every payload into one buffer. A payload is often a small view of a large buffer, and a
 * message would carry all of that along.
 */
export function packBytes(calls: readonly Call[]): PackedCalls {
  const total = calls.reduce((sum, call) => sum + payloadBytes(call), 0);
  if (total === 0) return { calls, transfer: [] };
  const buffer = new ArrayBuffer(total);
  const packed = new Uint8Array(buffer);
  let end = 0;
  const pack = (bytes: Uint8Array): Uint8Array => {
    packed.set(bytes, end);
    end += bytes.byteLength;
    return packed.subarray(end - bytes.byteLength, end);
  };
  return { calls: calls.map((call) => withPayloads(call, pack)), transfer: [buffer] };
}

function payloadBytes({ name, asked }: Call): number {
  let sum = 0;
  if (name === 'accept') {
    for (const { event, idempotency } of asked as readonly PlannedEvent[]) {
      sum += event.data.byteLength + (idempotency?.body.byteLength ?? 0);
    }
  }
  if (name === 'record') {
    for (const { attempt } of asked as readonly AttemptRecord[]) {
      sum += attempt?.answerBody?.byteLength ?? 0;
    }
  }
  return sum;
}

type Replace = (bytes: Uint8Array) => Uint8Array;

/** The call with every payload replaced; no other calls carry any. */
function withPayloads(call: Call, replace: Replace): Call {
  if (call.name === 'accept') {
    const plans = call.asked as readonly PlannedEvent[];
    return { ...call, asked: plans.map((plan) => ofPlan(plan, replace)) };
  }
  if (call.name === 'record') {
    const records = call.asked as readonly AttemptRecord[];
    return { ...call, asked: records.map((record) => ofRecord(record, replace)) };
  }
  return call;
}

function ofPlan(plan: PlannedEvent, replace: Replace): PlannedEvent {
  const event = { ...plan.event, data: replace(plan.event.data) };
  return { ...plan, event, idempotency: ofRow(plan.idempotency, replace) };
}

function ofRow(row: IdempotencyRow | null, replace: Replace): IdempotencyRow | null {
  return row === null ? null : { ...row, body: replace(row.body) };
}

function ofRecord(record: AttemptRecord, replace: Replace): AttemptRecord {
  const { attempt } = record;
  const body = attempt?.answerBody ?? null;
  if (attempt === null || body === null) return record;
  return { ...record, attempt: { ...attempt, answerBody: replace(body) } };
}

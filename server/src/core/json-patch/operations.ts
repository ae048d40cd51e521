import { Buffer } from 'node:buffer';

/** One operation of a JSON Patch (RFC 6902); a value stands in it byte for byte. */
export type Operation =
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Uint8Array };

/** A path that goes one step further, by JSON Pointer (RFC 6901). */
export function pathTo(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}/${step}`;
  return `${path}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** How many bytes an operation takes as text, about: its path may have more than characters. */
export function operationBytes(operation: Operation): number {
  const around = operation.path.length + (operation.op === 'remove' ? 24 : 35);
  return operation.op === 'remove' ? around : around + operation.value.length;
}

/** Operations as the text of a JSON Patch without its brackets; empty for none. */
export function operationsText(operations: readonly Operation[]): Uint8Array {
  const parts = operations.flatMap((operation, index) => [
    Buffer.from(`${index === 0 ? '' : ','}${headOf(operation)}`),
    ...(operation.op === 'remove' ? [] : [operation.value]),
    Buffer.from('}'),
  ]);
  return Buffer.concat(parts);
}

function headOf({ op, path }: Operation): string {
  const named = `{"op":"${op}","path":${JSON.stringify(path)}`;
  return op === 'remove' ? named : `${named},"value":`;
}

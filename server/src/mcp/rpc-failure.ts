import type { FieldError } from '../core/app-error.ts';

const codes = { 400: -32602, 404: -32001 } as const;

/** A failed answer as JSON-RPC has it, for what is refused before the SDK sees it. */
export function rpcFailure(
  status: keyof typeof codes,
  id: unknown,
  errors: readonly FieldError[] | string,
): Response {
  const message =
    typeof errors === 'string'
      ? errors
      : errors.map(({ pointer, message: says }) => `${pointer} ${says}`).join('; ');
  const error = { code: codes[status], message };
  const named = typeof id === 'string' || typeof id === 'number' ? id : null;
  return Response.json({ jsonrpc: '2.0', id: named, error }, { status });
}

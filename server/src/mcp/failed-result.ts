import type { CallToolResult } from '@modelcontextprotocol/server';
import { problemOf } from '../api/problem.ts';
import { AppError } from '../core/app-error.ts';
import { RefusedError } from './caller.ts';
import type { McpDeps } from './mcp-deps.ts';

/** The problem that a failure is, as JSON; of what is ours callers only learn the id. */
export function problemText(cause: unknown, { ids, failed }: Pick<McpDeps, 'ids' | 'failed'>) {
  if (cause instanceof RefusedError) return cause.text;
  const requestId = ids.make('request');
  if (cause instanceof AppError) return JSON.stringify(problemOf(cause, requestId));
  failed({ requestId, cause });
  return JSON.stringify(problemOf(new AppError('internal'), requestId));
}

/** An error that the model sees, and may mend. */
export function failedResult(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

import type { CallToolResult } from '@modelcontextprotocol/server';
import { assertValid, checkerOf } from '../api/checker.ts';
import type { Checker } from '../api/checker.ts';
import { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';
import type { Caller } from './caller.ts';
import { failedResult, problemText } from './failed-result.ts';
import type { McpDeps } from './mcp-deps.ts';
import type { Tool } from './tool.ts';
import { allTools } from './tools/all.ts';

type Known = { readonly tool: Tool; readonly check: Checker };

const known: ReadonlyMap<string, Known> = new Map(
  allTools.map((tool) => [tool.name, { tool, check: checkerOf(tool.input) }]),
);

/** Runs a tool; null when there is no such tool. A failure is a result that says so. */
export async function callTool(
  { name, input }: { readonly name: string; readonly input: unknown },
  api: Caller,
  deps: McpDeps,
): Promise<CallToolResult | null> {
  const found = known.get(name);
  if (found === undefined) return null;
  try {
    assertValid(found.check(input));
    const text = await found.tool.run({ input, api, deps });
    assertShort(text);
    const structuredContent = JSON.parse(text) as Record<string, unknown>;
    return { content: [{ type: 'text', text }], structuredContent };
  } catch (cause) {
    return failedResult(problemText(cause, deps));
  }
}

function assertShort(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.mcpAnswerBytes) return;
  const detail =
    `The answer has ${bytes} bytes; the limit is ${limits.mcpAnswerBytes}. ` +
    'Ask for less: a smaller limit, or what changed since a version.';
  throw new AppError('payload_too_large', detail);
}

import { ProtocolError } from '@modelcontextprotocol/server';
import type { ProblemBody } from '../api/problem.ts';
import { problemText } from './failed-result.ts';
import type { McpDeps } from './mcp-deps.ts';

const invalidParams = -32602;
const internalError = -32603;

/** Does something for a request that is no call of a tool; what fails is an error of JSON-RPC. */
export async function orProtocolError<Value>(
  deps: Pick<McpDeps, 'ids' | 'failed'>,
  act: () => Promise<Value>,
): Promise<Value> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    const problem = JSON.parse(problemText(cause, deps)) as ProblemBody;
    const places = problem.errors?.map(({ pointer, message }) => `${pointer} ${message}`) ?? [];
    const says = [`${problem.code}: ${problem.detail}`, ...places].join('; ');
    throw new ProtocolError(problem.status < 500 ? invalidParams : internalError, says, problem);
  }
}

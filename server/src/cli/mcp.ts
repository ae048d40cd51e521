import { exitCodes } from '../app/exit-codes.ts';
import { command } from './command.ts';
import { connectOptions, findConnection } from './connect.ts';
import type { ConnectOptions } from './connect.ts';
import { McpBridge } from './mcp/mcp-bridge.ts';
import { readLines } from './read-lines.ts';

/** `posthorn mcp`: the MCP server for clients that start their servers. */
export const mcpCommand = command<ConnectOptions>({
  name: 'mcp',
  summary: 'speak MCP on standard input and output, for an agent or an editor',
  examples: ['posthorn mcp', 'posthorn mcp --url http://127.0.0.1:4410 --key ph_…'],
  about: [
    'A bridge to /mcp of a running server, for MCP clients that start a program. Give it as the',
    'command of a server in the settings of the client. With a key that has the scope read it',
    'changes nothing; replays need replay.',
  ],
  options: connectOptions,
  run: async ({ shell, options }) => {
    const connection = await findConnection(options, shell.env);
    await new McpBridge(connection, shell).run(
      readLines('-', { option: 'standard input', input: shell.input }),
    );
    return exitCodes.ok;
  },
});

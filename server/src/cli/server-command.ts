import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { command, jsonOption } from './command.ts';
import type { CliCommand, CommandCall, CommandOf } from './command.ts';
import { connectOptions, findConnection } from './connect.ts';
import type { ConnectOptions } from './connect.ts';

/** What a command that speaks to a server is called with. */
export type ServerCall<Options> = CommandCall<Options & { readonly json?: boolean }> & {
  readonly api: ApiClient;
};

type ServerCommand<Options> = Omit<CommandOf<Options>, 'run'> & {
  run(call: ServerCall<Options>): Promise<number>;
};

/** A command that speaks to a server: it takes `--json` and says where the server is. */
export function serverCommand<Options extends object>(
  definition: ServerCommand<Options>,
): CliCommand {
  return command<Options & ConnectOptions>({
    ...definition,
    options: [...(definition.options ?? []), jsonOption, ...connectOptions],
    run: async (call) => {
      const connection = await findConnection(call.options, call.shell.env);
      const api = apiClient({ ...connection, stop: call.shell.stop() });
      return definition.run({ ...call, api });
    },
  });
}

import { answered } from './api-client.ts';
import type { ApiRequest } from './api-client.ts';
import { exitCodes } from '../app/exit-codes.ts';
import type { CliCommand, OptionSpec } from './command.ts';
import { printJsonText, printLines } from './output/print.ts';
import { factLines } from './output/table.ts';
import { serverCommand } from './server-command.ts';
import type { ServerCall } from './server-command.ts';
import { say } from './shell.ts';

/** Asks the API, and prints its answer: as it stands with `--json`, else drawn for people. */
export async function show<Value extends object>(
  { api, shell, options }: Pick<ServerCall<object>, 'api' | 'shell' | 'options'>,
  request: ApiRequest,
  draw: (value: Value, text: string) => readonly string[] = factLines,
): Promise<number> {
  const answer = await api.ask(request);
  if (options.json === true) printJsonText(shell, answer.text === '' ? '{}' : answer.text);
  else if (answer.text !== '') printLines(shell, draw(answered<Value>(answer), answer.text));
  return exitCodes.ok;
}

type IdSpec<Value> = {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly about?: readonly string[];
  readonly options?: readonly OptionSpec[];
  /** What its one argument is called in help. */
  readonly takes: readonly [usage: string, says: string];
  readonly request: (id: string) => ApiRequest;
  /** Gets the text as well, since JSON that is parsed loses digits. */
  readonly draw?: (value: Value, text: string) => readonly string[];
  /** Said afterwards. */
  readonly done?: (id: string) => string;
};

/** A command about one thing that is named by its id. */
export function idCommand<Value extends object>(spec: IdSpec<Value>): CliCommand {
  const { takes, request, draw, done, ...rest } = spec;
  return serverCommand({
    ...rest,
    takes: [takes],
    run: async (call) => {
      const [id = ''] = call.args;
      const code = await show<Value>(call, request(encodeURIComponent(id)), draw);
      if (done !== undefined) say(call.shell, done(id));
      return code;
    },
  });
}

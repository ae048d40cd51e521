import { CommanderError } from 'commander';
import { exitCodes } from '../app/exit-codes.ts';
import { buildProgram } from './build-program.ts';
import { loadCommands } from './commands.ts';
import { reportFailure } from './report-failure.ts';
import type { Shell } from './shell.ts';

/** Runs one command line, without the program's own name; answers the exit code. */
export async function runCli(given: readonly string[], shell: Shell): Promise<number> {
  let code: number = exitCodes.ok;
  const args = spelled(given);
  const ended = (said: number): void => void (code = said);
  const program = buildProgram(await loadCommands(args[0]), { shell, ended });
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) return reportFailure(shell, cause);
    return cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

/** `help endpoints create` as `endpoints create --help`: commander looks one word deep. */
function spelled(args: readonly string[]): readonly string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args;
}

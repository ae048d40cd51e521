import { CommanderError } from 'commander';
import { exitCodes } from '../app/exit-codes.ts';
import { buildProgram } from './build-program.ts';
import { reportFailure } from './report-failure.ts';
import type { Shell } from './shell.ts';

/** Runs one command line, without the program's own name; answers the exit code. */
export async function runCli(args: readonly string[], shell: Shell): Promise<number> {
  let code: number = exitCodes.ok;
  const program = buildProgram(shell, (ended) => void (code = ended));
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(spelled(args), { from: 'user' });
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

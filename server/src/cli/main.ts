import { Command, CommanderError } from 'commander';

import { exitCodes } from '../app/exit-codes.ts';
import { addAttempts } from './attempts.ts';
import { addDemo } from './demo.ts';
import { addEndpoints } from './endpoints.ts';
import { addSend } from './send.ts';
import { addServe } from './serve.ts';
import { packageVersion } from './package-version.ts';
import { reportFailure } from './report-failure.ts';

const program = new Command('posthorn')
  .description('Carries events out of and into AI systems by webhook.')
  .version(packageVersion(), '--version', 'print the version')
  .helpCommand('help [command]', 'show help for a command')
  .showHelpAfterError('(posthorn help shows what there is)')
  .exitOverride()
  .action(() => program.outputHelp());
addServe(program);
addDemo(program);
addSend(program);
addEndpoints(program);
addAttempts(program);

try {
  await program.parseAsync();
} catch (cause) {
  process.exitCode = cause instanceof CommanderError ? codeOf(cause) : reportFailure(cause);
}

function codeOf(cause: CommanderError): number {
  return cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

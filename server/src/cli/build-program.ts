import { Command } from 'commander';
import { exitCodes, exitMeanings } from '../app/exit-codes.ts';
import type { CliCommand, Noun } from './command.ts';
import type { CommandGroup } from './commands.ts';
import { packageVersion } from './package-version.ts';
import type { Shell } from './shell.ts';

type Build = {
  readonly shell: Shell;
  /** Told the exit code of the command that ran. */
  readonly ended: (code: number) => void;
};

/** Examples would not survive being wrapped. */
const helpColumns = 100;

/** Makes the command line of these commands. */
export function buildProgram(groups: readonly CommandGroup[], build: Build): Command {
  const { shell } = build;
  const program = new Command('posthorn')
    .description('Carries events out of and into AI systems by webhook.')
    .version(packageVersion(), '--version', 'print the version')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(posthorn help shows what there is)')
    .configureOutput({
      writeOut: shell.out,
      writeErr: shell.err,
      getOutHelpWidth: () => helpColumns,
      getErrHelpWidth: () => helpColumns,
    })
    .addHelpText('after', `\n${exitCodeLines()}`)
    .exitOverride();
  for (const { heading, commands } of groups) {
    program.commandsGroup(heading);
    for (const each of commands) {
      if ('noun' in each) addNoun(program, each, build);
      else addCommand(program, each, build);
    }
  }
  return program;
}

function addNoun(program: Command, { noun, summary, commands }: Noun, build: Build): void {
  const added = program
    .command(noun)
    .summary(summary)
    .description(`${upper(summary)}.`)
    .showHelpAfterError(`(posthorn help ${noun} shows what there is)`);
  for (const each of commands) addCommand(added, each, build);
}

function addCommand(parent: Command, spec: CliCommand, { shell, ended }: Build): void {
  const verb = spec.name.split(' ').at(-1) ?? spec.name;
  const added = parent
    .command(verb, { isDefault: spec.isDefault === true })
    .summary(spec.summary)
    .description(described(spec));
  for (const [usage, says] of spec.takes ?? []) added.argument(usage, says);
  for (const option of spec.options ?? []) {
    const { flags, says, fallback, read } = option;
    if (read === undefined) added.option(flags, says, fallback);
    else added.option<unknown>(flags, says, read, fallback);
  }
  added.action(async () => {
    const call = { shell, options: added.opts<object>(), args: added.args };
    ended(await spec.run(call));
  });
}

/** Examples first: most people read no further. */
function described({ summary, examples, about = [] }: CliCommand): string {
  const shown = examples.map((each) => `  ${each}`);
  return ['Examples:', ...shown, '', `${upper(summary)}.`, ...about].join('\n');
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function exitCodeLines(): string {
  const lines = Object.entries(exitCodes).map(
    ([name, code]) => `  ${String(code).padEnd(4)} ${exitMeanings[name as keyof typeof exitCodes]}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}

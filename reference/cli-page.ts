import { exitCodes, exitMeanings } from '../server/src/app/exit-codes.ts';
import { jsonOption } from '../server/src/cli/command.ts';
import type { CliCommand, Noun, OptionSpec } from '../server/src/cli/command.ts';
import { loadCommands } from '../server/src/cli/commands.ts';
import { configOptions } from '../server/src/cli/config-options.ts';
import { connectOptions } from '../server/src/cli/connect.ts';
import { code, pageText, tableText, upper } from './markdown.ts';

const intro = `# The command line

\`posthorn NOUN VERB\`. Data goes to standard output and talk to standard error, so a pipe gets
data alone; \`--json\` prints the API's own JSON. \`posthorn help NOUN VERB\` shows the same as this
page, which is made from the commands in \`server/src/cli\`.`;

const serverIntro = `## Options of commands that speak to a server

Without them the server of the data directory is meant, with its operator key.`;

/** `docs/reference/cli.md`, made from the table of commands. */
export async function cliPage(): Promise<string> {
  const groups = await loadCommands();
  return pageText([
    ...[intro, '## Exit codes', exitTable()],
    ...[serverIntro, optionsTable([jsonOption, ...connectOptions])],
    ...groups.flatMap(({ heading, commands }) => [
      `## ${heading.replace(/:$/, '')}`,
      ...commands.flatMap((each) => ('noun' in each ? nounParts(each) : commandParts(each))),
    ]),
  ]);
}

function exitTable(): string {
  const rows = Object.entries(exitCodes).map(([name, number]) => [
    String(number),
    exitMeanings[name as keyof typeof exitCodes],
  ]);
  return tableText({ columns: ['code', 'means'], rows });
}

function nounParts({ commands }: Noun): string[] {
  return commands.flatMap(commandParts);
}

function commandParts(command: CliCommand): string[] {
  const { name, summary, examples, about = [], takes = [] } = command;
  const words = takes.map(([argument]) => ` ${argument}`).join('');
  return [
    `### posthorn ${name}`,
    `\`posthorn ${name}${words} [options]\`${defaultNote(command)}`,
    `${upper(summary)}.`,
    about.join(' '),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
    takes.length === 0 ? '' : tableText({ columns: ['argument', 'means'], rows: takes.map(row) }),
    ownOptions(command),
  ];
}

function defaultNote({ name, isDefault }: CliCommand): string {
  const noun = name.split(' ')[0] ?? name;
  return isDefault === true ? `, or \`posthorn ${noun}\`` : '';
}

function row([argument, says]: readonly [string, string]): string[] {
  return [code(argument), says];
}

/** Those that many commands share are named, not repeated. */
function ownOptions({ options = [] }: CliCommand): string {
  const isServers = connectOptions.every((each) => options.includes(each));
  const isConfigs = configOptions.every((each) => options.includes(each));
  const shared = new Set([...(isServers ? [jsonOption, ...connectOptions] : [])]);
  const own = options.filter((each) => !shared.has(each) && !(isConfigs && isSetting(each)));
  const notes = [
    ...(isServers ? ['those of [a command that speaks to a server]' + serverAnchor] : []),
    ...(isConfigs ? ['all [settings](limits.md#settings)'] : []),
  ];
  const note =
    notes.length === 0 ? '' : `${own.length === 0 ? 'Takes' : 'Also'}: ${notes.join(', ')}.`;
  return [own.length === 0 ? '' : optionsTable(own), note]
    .filter((each) => each !== '')
    .join('\n\n');
}

const serverAnchor = '(#options-of-commands-that-speak-to-a-server)';

function isSetting(option: OptionSpec): boolean {
  return configOptions.includes(option);
}

function optionsTable(options: readonly OptionSpec[]): string {
  const rows = options.map(({ flags, says, fallback }) => [
    code(flags),
    fallback === undefined ? says : `${says} (default ${fallback})`,
  ]);
  return tableText({ columns: ['option', 'means'], rows });
}

import { exitCodes } from '../../app/exit-codes.ts';
import type { ConfigInput } from '../../app/config.ts';
import { explainConfig } from '../../app/explain-config.ts';
import { command, jsonOption } from '../command.ts';
import type { Noun } from '../command.ts';
import { configOptions } from '../config-options.ts';
import { printJson, printLines } from '../output/print.ts';
import { tableLines } from '../output/table.ts';

type ConfigOptions = ConfigInput & { readonly json?: boolean };

const options = [...configOptions, jsonOption];

const show = command<ConfigOptions>({
  name: 'config show',
  summary: 'show every setting and limit with its value',
  examples: ['posthorn config', 'posthorn config --json | jq .limits.eventBytes.value'],
  about: ['Reads what serve would read, and judges it the same way. Secrets are masked.'],
  options,
  isDefault: true,
  run: async ({ shell, options: said }) => {
    const explained = await explainConfig(said, shell.env);
    if (said.json === true) printJson(shell, explained);
    else {
      const { settings, limits } = explained;
      const rows = Object.entries({ ...settings, ...limits });
      printLines(shell, tableLines(rows.map(([name, { value }]) => [name, valueText(value)])));
    }
    return exitCodes.ok;
  },
});

const explain = command<ConfigOptions>({
  name: 'config explain',
  summary: 'show where each setting comes from, and how to change it',
  examples: ['posthorn config explain', 'POSTHORN_PORT=8080 posthorn config explain --json'],
  about: ['An option wins over the environment, the environment over the file.'],
  options,
  run: async ({ shell, options: said }) => {
    const explained = await explainConfig(said, shell.env);
    if (said.json === true) printJson(shell, explained);
    else {
      const rows = Object.entries(explained.settings).map(([name, each]) => [
        ...[name, valueText(each.value), each.origin, each.ways.join(', ')],
        each.says,
      ]);
      printLines(shell, tableLines(rows));
    }
    return exitCodes.ok;
  },
});

function valueText(value: unknown): string {
  if (value === null) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `posthorn config`: what a server would run by. */
export const configNoun: Noun = {
  noun: 'config',
  summary: 'show settings and limits, and where each comes from',
  commands: [show, explain],
};

import { exitCodes } from '../../app/exit-codes.ts';
import { schemaVersion } from '../../app/schema-version.ts';
import { command, jsonOption } from '../command.ts';
import { packageVersion } from '../package-version.ts';
import { printJson, printLines } from '../output/print.ts';
import { factLines } from '../output/table.ts';

/** `posthorn version`: what runs here. */
export const versionCommand = command<{ readonly json?: boolean }>({
  name: 'version',
  summary: 'show the versions of Posthorn, Node and the database schema',
  examples: ['posthorn version', 'posthorn version --json'],
  options: [jsonOption],
  run: async ({ shell, options }) => {
    const { node, sqlite } = process.versions;
    const platform = `${process.platform}-${process.arch}`;
    const posthorn = packageVersion();
    const versions = { posthorn, node, sqlite, schema: schemaVersion(), platform };
    if (options.json === true) printJson(shell, versions);
    else printLines(shell, factLines(versions));
    return exitCodes.ok;
  },
});

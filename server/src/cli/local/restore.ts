import { loadConfig } from '../../app/load-config.ts';
import { restore } from '../../app/restore.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { command, jsonOption } from '../command.ts';
import { printJson, printLines } from '../output/print.ts';
import { factLines } from '../output/table.ts';
import { say } from '../shell.ts';

type RestoreOptions = {
  readonly data?: string;
  readonly keys?: string;
  readonly json?: boolean;
};

/** `posthorn restore`: a data directory made of a backup. */
export const restoreCommand = command<RestoreOptions>({
  name: 'restore',
  takes: [['<file>', 'a file that posthorn backup made']],
  summary: 'make a data directory of a backup',
  examples: ['posthorn restore /backup/posthorn-monday.db --data /var/lib/posthorn'],
  about: [
    'Refuses a directory that holds anything, and a file that is damaged or too new.',
    'What was delivered after the backup was made is delivered again.',
  ],
  options: [
    { flags: '--data <dir>', says: 'the new data directory (or POSTHORN_DATA)' },
    { flags: '--keys <file>', says: 'the file with the keys (else FILE.keys, if it is there)' },
    jsonOption,
  ],
  run: async ({ shell, options, args: [file = ''] }) => {
    const { data, keys = null, json } = options;
    const { config } = await loadConfig(data === undefined ? {} : { data }, shell.env);
    const { dataDir, masterKey } = config;
    const done = await restore({ file, dataDir, keys, masterKey });
    if (json === true) printJson(shell, done);
    else printLines(shell, factLines(done));
    if (!done.hasMasterKey) {
      say(shell, `before it starts, put master.key into ${dataDir}, or set POSTHORN_MASTER_KEY`);
    }
    say(shell, `start it with: posthorn serve --data ${dataDir}`);
    return exitCodes.ok;
  },
});

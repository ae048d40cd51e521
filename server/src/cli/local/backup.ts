import { backUp } from '../../app/backup.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { command, jsonOption } from '../command.ts';
import { dataDirOf } from '../connect.ts';
import { startProgress } from '../output/progress.ts';
import { printJson, printLines } from '../output/print.ts';
import { factLines } from '../output/table.ts';
import { say } from '../shell.ts';

type BackupOptions = {
  readonly dataDir?: string;
  readonly data?: string;
  readonly withKeys?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
};

/** `posthorn backup`: one file that a data directory can be made of again. */
export const backupCommand = command<BackupOptions>({
  name: 'backup',
  takes: [['<file>', 'the file to make']],
  summary: 'copy the database into one file, while the server runs',
  examples: [
    'posthorn backup /backup/posthorn-monday.db',
    'posthorn backup posthorn.db --data /var/lib/posthorn --with-keys',
  ],
  about: [
    'The file is consistent, checked and durable, and readable by its owner alone.',
    'The keys are not in it, and without master.key its secrets are lost: keep that file apart.',
    '--with-keys writes both keys into FILE.keys, which together with FILE opens everything.',
  ],
  options: [
    { flags: '--data <dir>', says: 'the data directory (or POSTHORN_DATA)' },
    { flags: '--data-dir <dir>', says: 'the same' },
    { flags: '--with-keys', says: 'write the keys into FILE.keys' },
    { flags: '--force', says: 'replace files of those names' },
    jsonOption,
  ],
  run: async ({ shell, options, args: [file = ''] }) => {
    const said = options.data ?? options.dataDir;
    const dataDir = dataDirOf(said === undefined ? {} : { dataDir: said }, shell.env);
    const { withKeys = false, force = false, json } = options;
    const progress = startProgress(shell, 'pages');
    const done = await backUp({
      ...{ dataDir, file, withKeys, force },
      heard: ({ doneCount, totalCount }) => progress.update(doneCount, totalCount),
    }).finally(() => progress.end());
    if (json === true) printJson(shell, done);
    else printLines(shell, factLines(done));
    say(
      shell,
      done.keysFile === null
        ? `keep ${dataDir}/master.key apart: without it the secrets in ${file} are lost`
        : `${done.keysFile} opens every secret in ${file}: keep the two apart`,
    );
    return exitCodes.ok;
  },
});

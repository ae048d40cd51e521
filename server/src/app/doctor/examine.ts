import type { Config } from '../config.ts';
import { examineDatabase } from './examine-database.ts';
import { examineDirectory, examineKeyFiles, examineNode } from './examine-place.ts';
import { examineServer } from './examine-server.ts';
import type { Finding } from './finding.ts';

/** Goes through everything that a server rests on; changes nothing. */
export async function examine(
  config: Config,
  { isChecked, now }: { readonly isChecked: boolean; readonly now: () => number },
): Promise<Finding[]> {
  return [
    examineNode(process.versions.node),
    ...(await examineDirectory(config.dataDir)),
    ...(await examineKeyFiles(config.dataDir)),
    ...(await examineDatabase(config, isChecked)),
    ...(await examineServer(config, now)),
  ];
}

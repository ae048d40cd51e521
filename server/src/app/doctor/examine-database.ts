import { fingerprintOf } from '../../store/sqlite/engine/sealer.ts';
import { inspectDatabase } from '../../store/sqlite/inspect-database.ts';
import type { InspectedDatabase } from '../../store/sqlite/inspect-database.ts';
import { databasePath } from '../../store/sqlite/open-owned.ts';
import { StoreOpenError } from '../../store/sqlite/store-open-error.ts';
import type { Config } from '../config.ts';
import { keptFiles, readMasterKey } from '../data-dir.ts';
import { schemaVersion } from '../schema-version.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const fromBackup = 'restore a backup into a new directory: posthorn restore';

/** The database: whether it can be read, is sound, of a schema we know, and of our key. */
export async function examineDatabase(
  { dataDir, masterKey }: Pick<Config, 'dataDir' | 'masterKey'>,
  isChecked: boolean,
): Promise<Finding[]> {
  const kept = await keptFiles(dataDir);
  if (!kept.has('posthorn.db')) {
    const fix = kept.has('owner.db') ? fromBackup : 'nothing: the first start makes it';
    const says = 'there is no database yet';
    return [kept.has('owner.db') ? broken('database', says, fix) : doubtful('database', says, fix)];
  }
  const found = opened(databasePath(dataDir), isChecked);
  if ('check' in found) return [found];
  const hasKey = masterKey !== null || kept.has('master.key');
  const key = hasKey ? (masterKey ?? (await readMasterKey(dataDir))) : null;
  return [soundness(found, isChecked), schema(found), keyFits(found, key)];
}

function opened(path: string, isChecked: boolean): InspectedDatabase | Finding {
  try {
    return inspectDatabase(path, isChecked);
  } catch (cause) {
    if (!(cause instanceof StoreOpenError)) throw cause;
    return broken('database', cause.message, fromBackup);
  }
}

function soundness({ damage, epoch }: InspectedDatabase, isChecked: boolean): Finding {
  if (damage !== null) return broken('database', `it is damaged: ${damage}`, fromBackup);
  const how = isChecked ? 'is sound' : 'can be read (not checked whole)';
  return fine('database', `it ${how}; it was started ${epoch} times`);
}

function schema({ schema: present }: InspectedDatabase): Finding {
  const newest = schemaVersion();
  if (present > newest) {
    const says = `schema ${present} is newer than this program’s ${newest}`;
    return broken('schema', says, 'use the newer version of Posthorn');
  }
  const says = `schema ${present}`;
  return fine('schema', present < newest ? `${says}; the next start makes it ${newest}` : says);
}

function keyFits({ keyFingerprint }: InspectedDatabase, key: Uint8Array | null): Finding {
  const fix = 'put back the master.key of this database, or set POSTHORN_MASTER_KEY';
  if (key === null) return broken('master key', 'there is none', fix);
  if (keyFingerprint === null || keyFingerprint === fingerprintOf(key)) {
    return fine('master key', 'it is the key of this database');
  }
  return broken('master key', 'it is not the key of this database', fix);
}

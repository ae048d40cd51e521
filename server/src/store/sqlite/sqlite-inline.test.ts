import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { instant } from '../../core/instant.ts';
import { storeContract } from '../contract/all.contract.ts';
import { overFiles } from '../contract/over-files.ts';
import { openSqliteInline } from './sqlite-inline.ts';

const masterKey = Buffer.alloc(32, 7);
const clock = { now: () => instant(1_750_000_000_000), monotonicMs: () => 0 };
const chance = { bytes: (count: number) => randomBytes(count) };

storeContract('SQLite in this thread', () =>
  overFiles((folder) => {
    const path = join(folder, 'posthorn.db');
    return Promise.resolve(openSqliteInline({ path, masterKey, clock, chance }));
  }),
);

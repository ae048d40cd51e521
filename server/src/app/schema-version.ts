import { migrations } from '../store/migrations/all.ts';

/** The newest schema of the embedded store that this program knows. */
export function schemaVersion(): number {
  return migrations.at(-1)?.version ?? 0;
}

import { AppError } from '../core/app-error.ts';
import { isWorthAPatch, joinedPatch } from '../core/bundle/bundle-patch.ts';
import { limits } from '../core/limits.ts';
import { bundleOf } from '../ingest/bundles.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';

/**
 * The JSON Patch that turns the document of an older version into that of a row. Throws `too_old`
 * when a version between them is not kept, or when reading the whole document is the better way.
 */
export async function bundleChanges(
  finder: Pick<Finder, 'guardedHistory'>,
  row: GuardedRow,
  since: number,
): Promise<Uint8Array> {
  const { tenantId, kind, id, version } = row;
  const contentBytes = bundleOf(row).bytes;
  if (version - since > limits.bundleChanges) throw tooOld(`${limits.bundleChanges} versions`);
  const notes: Uint8Array[] = [];
  let bytes = 0;
  for (let after = since; after < version;) {
    const asked = { tenantId, kind, id, after, upTo: version, limit: limits.bundleChangesPage };
    const page = await finder.guardedHistory(asked);
    if (page.length === 0) throw new AppError('too_old');
    for (const { version: next, note } of page) {
      if (next !== after + 1 || note === null) throw new AppError('too_old');
      notes.push(note);
      bytes += note.length;
      after = next;
    }
    if (!isWorthAPatch(bytes, contentBytes)) throw tooOld('the document');
  }
  return joinedPatch(notes);
}

function tooOld(what: string): AppError {
  return new AppError('too_old', `What changed since is more than ${what}. Read it whole.`);
}

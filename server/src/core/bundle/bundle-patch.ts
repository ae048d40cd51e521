import { Buffer } from 'node:buffer';
import { makePatch } from '../json-patch/make-patch.ts';
import { operationsText, pathTo } from '../json-patch/operations.ts';
import { limits } from '../limits.ts';
import { bundleHead } from './bundle-document.ts';
import type { NamedBundle } from './bundle.ts';

/** The content of two versions that differ in it. */
export type ChangedContent = { readonly before: Uint8Array; readonly after: Uint8Array };

/**
 * The operations that turn the document of a bundle into that of its next version, without the
 * brackets around them; null when there are more of them than are worth keeping.
 *
 * @param content  null when it stayed the same.
 */
export function bundlePatch(
  before: NamedBundle,
  after: NamedBundle,
  content: ChangedContent | null,
): Uint8Array | null {
  const old = bundleHead(before);
  const operations = Object.entries(bundleHead(after)).flatMap(([name, value]) =>
    makePatch(jsonOf(old[name]), jsonOf(value), pathTo('', name)),
  );
  const inContent = content === null ? [] : makePatch(content.before, content.after, '/content');
  const text = operationsText([...operations, ...inContent]);
  return isWorthAPatch(text.length, after.bundle.bytes) ? text : null;
}

/** Whether so many bytes of a patch are better than reading a document with so much content. */
export function isWorthAPatch(patchBytes: number, contentBytes: number): boolean {
  const most = Math.max(limits.bundlePatchSmallBytes, contentBytes);
  return patchBytes <= Math.min(limits.bundlePatchBytes, most);
}

/** The patch of several versions, oldest first, as one. */
export function joinedPatch(notes: readonly Uint8Array[]): Uint8Array {
  const parts = notes
    .filter((note) => note.length > 0)
    .flatMap((note, index) => (index === 0 ? [note] : [Buffer.from(','), note]));
  return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
}

function jsonOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value ?? null));
}

import type { Bundle } from './bundle.ts';

const texts = ['conversationId', 'source', 'summary', 'participants'] as const;

/** The names of what two versions of a bundle do not have in common, as its document has them. */
export function changedMembers(before: Bundle, after: Bundle): string[] {
  const changed: string[] = texts.filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (before.sha256 !== after.sha256) changed.push('content');
  if (before.finalizedAt !== after.finalizedAt) changed.push('state', 'finalizedAt');
  return changed;
}

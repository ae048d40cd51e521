import { jsonMembers, jsonObject } from './json-members.ts';

/**
 * Folds a JSON Merge Patch (RFC 7396) into a value, both as text, so that numbers keep their
 * digits; null as the target stands for nothing there. What is no object is taken as it is
 * written. Recursion is bounded by the nesting that is let in.
 */
export function patchJson(target: string | null, patch: string): string {
  const changes = jsonMembers(patch);
  if (changes === null) return patch;
  const merged = new Map(target === null ? null : jsonMembers(target)?.members);
  for (const [name, text] of changes.members) {
    if (text === 'null') merged.delete(name);
    else merged.set(name, patchJson(merged.get(name) ?? null, text));
  }
  return jsonObject(merged);
}

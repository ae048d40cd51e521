import { limits } from './limits.ts';

const patternForm = /^(?:\*|[A-Za-z0-9_:-]+(?:\.[A-Za-z0-9_:-]+)*(?:\.\*)?)$/;
const reservedPrefix = 'posthorn.';

/** Whether `text` may stand in a subscription: a type, a type with a last segment `*`, or `*`. */
export function isTypePattern(text: string): boolean {
  return text.length <= limits.typeChars && patternForm.test(text);
}

/**
 * Every pattern that matches an event type, the exact one first. `*` means every type but
 * `posthorn.*`; a last segment `*` means one or more segments.
 */
export function patternsOf(type: string): string[] {
  const patterns = [type];
  for (let dot = type.indexOf('.'); dot !== -1; dot = type.indexOf('.', dot + 1)) {
    patterns.push(type.slice(0, dot + 1) + '*');
  }
  if (!type.startsWith(reservedPrefix)) patterns.push('*');
  return patterns;
}

/** Makes a test of whether an event type matches one of the patterns. */
export function compileTypes(patterns: readonly string[]): (type: string) => boolean {
  const wanted = new Set(patterns);
  return (type) => patternsOf(type).some((pattern) => wanted.has(pattern));
}

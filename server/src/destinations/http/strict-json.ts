import { limits } from '../../core/limits.ts';

/**
 * Whether readers that map JSON to fixed types, as protobuf does, take a text and can write it
 * again: it is JSON without a name that stands twice in one object, half of a surrogate pair, a
 * number past every double, or more than `limits.a2aNesting` levels.
 */
export function isStrictJson(text: string): boolean {
  const value = parsed(text);
  if (value === undefined) return false;
  const names = namesWithin(value, 0);
  return names !== null && names === namesWritten(text);
}

/** Undefined when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many members its objects have; null when something in it is not strict. */
function namesWithin(value: unknown, level: number): number | null {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : null;
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : null;
  if (typeof value !== 'object' || value === null) return 0;
  if (level >= limits.a2aNesting) return null;
  let count = 0;
  for (const [name, inner] of Object.entries(value)) {
    const within = name.isWellFormed() ? namesWithin(inner, level + 1) : null;
    if (within === null) return null;
    count += within + (Array.isArray(value) ? 0 : 1);
  }
  return count;
}

/** How many members stand in the text, those that parsing drops among them. */
function namesWritten(text: string): number {
  let count = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isInString && letter === '\\') at += 1;
    else if (letter === '"') isInString = !isInString;
    else if (letter === ':' && !isInString) count += 1;
  }
  return count;
}

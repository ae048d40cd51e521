import { Buffer } from 'node:buffer';
import { JsonScanner } from '../json-scanner.ts';

/** The members of a JSON object, each value as the exact text that stood there. */
export type JsonMembers = {
  readonly members: ReadonlyMap<string, string>;
  /** The first name that stands twice, of which the last value counts; null for none. */
  readonly repeated: string | null;
};

/** Takes the members of a text that is valid JSON; null when it is not an object. */
export function jsonMembers(json: string | Uint8Array): JsonMembers | null {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  const scanner = new JsonScanner(bytes);
  scanner.space();
  if (!scanner.isAtObject()) return null;
  const members = new Map<string, string>();
  let repeated: string | null = null;
  scanner.members((name) => {
    const from = scanner.at;
    if (!scanner.value()) return false;
    if (members.has(name)) repeated ??= name;
    members.set(name, scanner.bytes.toString('utf8', from, scanner.at));
    return true;
  });
  return { members, repeated };
}

/** Writes members as an object, in their order, without white space between them. */
export function jsonObject(members: ReadonlyMap<string, string>): string {
  const each = Array.from(members, ([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${each.join(',')}}`;
}

import type { OptionSpec } from './command.ts';

/** The option that names event types: several words, or some in one with commas between. */
export function typesOption(says: string): OptionSpec {
  return { flags: '--types <pattern...>', says, read: addTypes };
}

/** No type has a comma in it. */
function addTypes(text: string, before: unknown): string[] {
  const named = text.split(',').filter((each) => each !== '');
  return [...((before as string[] | undefined) ?? []), ...named];
}

import { collect } from '../command.ts';
import type { OptionSpec } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** The option for fields of the API that have none of their own. */
export const setOption: OptionSpec = {
  flags: '--set <name=value>',
  says: 'any other field of the API, its value as JSON or text (repeatable)',
  read: collect,
};

/** Fields of a body: what is undefined is left out, what `--set` says wins. */
export function readFields(
  fields: Readonly<Record<string, unknown>>,
  set: readonly string[] = [],
): Record<string, unknown> {
  const all = { ...fields, ...Object.fromEntries(set.map(setPair)) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The number that an option says; undefined when it was not given. */
export function readNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new UsageError(`${option}: must be a number`);
}

/** What a text means: JSON, or else itself. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function setPair(text: string): [name: string, value: unknown] {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('--set: must look like name=value');
  }
  return [name, jsonOrText(value)];
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Seeded } from './seed-data.ts';

/** How often an id is a real one; otherwise it is made up. */
const probability = 0.7;
const readers = ['GET', 'POST', 'PUT', 'PATCH'];

/** The settings of schemathesis.toml, and real ids for the paths of the operations. */
export async function seededSettings(seeded: Seeded): Promise<string> {
  const base = await readFile(join(import.meta.dirname, 'schemathesis.toml'), 'utf8');
  const drawn = Object.entries(seeded).map(([name, ids], at) => drawnFrom(name, ids, `ids-${at}`));
  return [base, ...drawn].join('\n');
}

function drawnFrom(name: string, ids: readonly string[], dictionary: string): string {
  const isEnding = name.startsWith('DELETE ');
  const path = isEnding ? name.slice('DELETE '.length) : name;
  const parameter = /\{(\w+)\}/.exec(path)?.[1] ?? '';
  const methods = isEnding ? ['DELETE'] : readers;
  const under = path.replaceAll(/[{}]/g, '\\$&');
  const taken = `{ dictionary = "${dictionary}", probability = ${probability} }`;
  const named = `^(${methods.join('|')}) ${under}(/|$)`;
  return [
    `[dictionaries.${dictionary}]`,
    `values = ${JSON.stringify(ids)}`,
    '[[operations]]',
    `include-name-regex = ${JSON.stringify(named)}`,
    `parameters = { "path.${parameter}" = ${taken} }`,
    '',
  ].join('\n');
}

import { basename } from 'node:path';
import type { Finding } from './finding.ts';
import type { Source } from './syntax.ts';

const vague = /(^|-)(utils?|helpers?|managers?|services?|common|misc)(-|$)/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract))?\.ts$/;

/** Finds files and folders whose names say nothing, and silenced compiler errors. */
export function nameFindings({ file, text }: Source): Finding[] {
  return [...vagueNames(file), ...oddSpelling(file), ...silencedErrors(file, text)];
}

function vagueNames(file: string): Finding[] {
  const parts = file.replace(/\.ts$/, '').split(/[/.]/);
  return parts
    .filter((part) => vague.test(part))
    .map((part) => ({ file, line: 0, says: `the name "${part}" does not say its duty` }));
}

function oddSpelling(file: string): Finding[] {
  if (kebab.test(basename(file))) return [];
  return [{ file, line: 0, says: 'is not named in kebab-case' }];
}

function silencedErrors(file: string, text: string): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const silencer = /^\s*(\/\/|\/\*)\s*@ts-(ignore|nocheck)/.exec(line);
    return silencer === null ? [] : [{ file, line: index + 1, says: 'silences the compiler' }];
  });
}

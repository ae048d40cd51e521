import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ambientFindings } from '../rules/ambient.ts';
import { readArchitecture } from '../rules/architecture.ts';
import { importFindings } from '../rules/imports.ts';
import { installScriptFindings } from '../rules/install-scripts.ts';
import { nameFindings } from '../rules/names.ts';
import { projectRoot } from '../rules/project-files.ts';
import { sizeFindings } from '../rules/sizes.ts';
import { parseProject } from '../rules/syntax.ts';
import { commandStep } from './command-step.ts';
import { ruleStep } from './rule-step.ts';
import type { Step } from './step.ts';

/** Everything `npm run check` looks at, cheapest question first where order is free. */
export function steps(): Step[] {
  const sources = parseProject();
  const architecture = readArchitecture();
  const lockfile = readFileSync(join(projectRoot, 'package-lock.json'), 'utf8');
  return [
    ruleStep('imports', () => sources.flatMap((source) => importFindings(source, architecture))),
    ruleStep('sizes', () => sources.flatMap(sizeFindings)),
    ruleStep('ambient', () => sources.flatMap(ambientFindings)),
    ruleStep('names', () => sources.flatMap(nameFindings)),
    ruleStep('install scripts', () => installScriptFindings(lockfile)),
    commandStep('types', ['node_modules/typescript/bin/tsc', '--project', '.']),
    commandStep('lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--format=unix']),
    commandStep('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.']),
    commandStep('unused code', ['node_modules/knip/bin/knip.js', '--no-progress']),
  ];
}

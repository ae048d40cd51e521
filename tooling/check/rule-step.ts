import type { Finding } from '../rules/finding.ts';
import type { Step } from './step.ts';

/** A step that passes when its rule finds nothing. */
export function ruleStep(name: string, find: () => Finding[]): Step {
  return {
    name,
    run: async () => {
      const findings = find();
      return { isGood: findings.length === 0, report: findings.map(show).join('\n') };
    },
  };
}

function show({ file, line, says }: Finding): string {
  return line === 0 ? `  ${file}  ${says}` : `  ${file}:${line}  ${says}`;
}

import type { Finding } from './finding.ts';

type Lockfile = { packages?: Record<string, { hasInstallScript?: boolean; resolved?: string }> };

const file = 'package-lock.json';

/** Finds packages that would run code when installed, and addresses of a registry. */
export function installScriptFindings(lockfile: string): Finding[] {
  const { packages = {} } = JSON.parse(lockfile) as Lockfile;
  return Object.entries(packages).flatMap(([name, { hasInstallScript, resolved }]) => {
    const findings: Finding[] = [];
    if (hasInstallScript) findings.push({ file, line: 0, says: `${name} has an install script` });
    if (resolved?.includes('://')) findings.push({ file, line: 0, says: `${name} has an address` });
    return findings;
  });
}

/** `npm run example`: runs every example; each asserts what it shows. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { compileSdk } from './pack/build-package.ts';
import { projectRoot } from './rules/project-files.ts';

// Examples import the SDK by its name, as its users do.
await compileSdk();
for (const example of globSync('examples/*/run.ts', { cwd: projectRoot }).toSorted()) {
  const args = ['--disable-warning=ExperimentalWarning', example];
  const { status } = spawnSync(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

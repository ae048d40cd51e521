import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buildPackage } from './pack/build-package.ts';
import { installPackage } from './pack/install-package.ts';
import { packageCases, type PackageCase } from './pack/package-cases.ts';
import { exitCodeOf, tallyLine } from './test/tally.ts';

const shipped = /^(package\.json|LICENSE|README\.md|bin\/.*\.mjs|dist\/.*)$/;
const unshipped = /\.(ts|map)$|\.test\.|contract/;

const folder = mkdtempSync(join(tmpdir(), 'posthorn-package-'));
const surroundings = { cwd: join(folder, 'user'), env: environment(folder) };
mkdirSync(surroundings.cwd);
process.exitCode = await checkPackage().finally(() => rmSync(folder, { recursive: true }));

async function checkPackage(): Promise<number> {
  const installing = { says: 'the package installs and holds only what runs', prove: install };
  const isInstalled = await holds(installing);
  // Without a package there is nothing to run.
  const running = isInstalled ? packageCases(surroundings) : [];
  const tally = { passed: isInstalled ? 1 : 0, failed: isInstalled ? 0 : 1, skipped: 0 };
  for (const packageCase of running) {
    if (await holds(packageCase)) tally.passed += 1;
    else tally.failed += 1;
  }
  console.log(tallyLine(tally));
  return exitCodeOf(tally);
}

async function install(): Promise<void> {
  const source = join(folder, 'package');
  await buildPackage(source);
  const paths = await installPackage(source, surroundings);
  assert.deepEqual(
    paths.filter((path) => !shipped.test(path) || unshipped.test(path)),
    [],
  );
}

async function holds({ says, prove }: PackageCase): Promise<boolean> {
  const startedAt = performance.now();
  const reason = await prove().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${reason === null ? 'ok  ' : 'FAIL'} ${says} (${seconds} s)`);
  if (reason !== null) console.log(reason.replaceAll(/^/gm, '    '));
  return reason === null;
}

/** The `node` of this run comes first, so that npm and the package's bin run with Node 24. */
function environment(home: string): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  const network = /^(npm_config_|https?_proxy$|no_proxy$|NODE_EXTRA_CA_CERTS$|TMPDIR$)/i;
  const kept = Object.entries(process.env).filter(([name]) => network.test(name));
  return { ...Object.fromEntries(kept), HOME: home, PATH: path };
}

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buildPackage, buildSdk } from './pack/build-package.ts';
import { installPackage } from './pack/install-package.ts';
import { packageCases, type PackageCase } from './pack/package-cases.ts';
import { sdkCases } from './pack/sdk-cases.ts';
import type { Surroundings } from './run-program.ts';
import { exitCodeOf, tallyLine } from './test/tally.ts';

type Packed = {
  readonly says: string;
  readonly build: (target: string) => Promise<void>;
  readonly shipped: RegExp;
  readonly unshipped: RegExp;
  readonly cases: (surroundings: Surroundings) => PackageCase[];
};

const packages: Record<string, Packed> = {
  posthorn: {
    says: 'the package installs and holds only what runs',
    build: buildPackage,
    shipped: /^(package\.json|LICENSE|README\.md|bin\/.*\.mjs|dist\/.*)$/,
    unshipped: /\.(ts|map)$|\.test\.|contract/,
    cases: packageCases,
  },
  sdk: {
    says: 'the SDK installs and holds only what runs, and its types',
    build: buildSdk,
    shipped: /^(package\.json|LICENSE|README\.md|dist\/.*(\.js|\.d\.ts))$/,
    unshipped: /\.test\.|contract/,
    cases: sdkCases,
  },
};

const folder = mkdtempSync(join(tmpdir(), 'posthorn-package-'));
process.exitCode = await checkPackages().finally(() => rmSync(folder, { recursive: true }));

async function checkPackages(): Promise<number> {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, packed] of Object.entries(packages)) {
    for (const isHeld of await checkPackage(name, packed)) {
      if (isHeld) tally.passed += 1;
      else tally.failed += 1;
    }
  }
  console.log(tallyLine(tally));
  return exitCodeOf(tally);
}

async function checkPackage(name: string, packed: Packed): Promise<boolean[]> {
  const surroundings = { cwd: join(folder, `${name}-user`), env: environment(folder) };
  mkdirSync(surroundings.cwd);
  const prove = (): Promise<void> => install(name, packed, surroundings);
  const isInstalled = await holds({ says: packed.says, prove });
  const results = [isInstalled];
  // Without a package there is nothing to run.
  if (!isInstalled) return results;
  for (const each of packed.cases(surroundings)) results.push(await holds(each));
  return results;
}

async function install(
  name: string,
  { build, shipped, unshipped }: Packed,
  surroundings: Surroundings,
): Promise<void> {
  const source = join(folder, `${name}-package`);
  await build(source);
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

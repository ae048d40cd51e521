import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installScriptFindings } from './install-scripts.ts';

function saysOf(entry: object): string[] {
  const lockfile = JSON.stringify({ packages: { 'node_modules/a': entry } });
  return installScriptFindings(lockfile).map(({ says }) => says);
}

test('a package that runs code when installed is found', () => {
  assert.deepEqual(saysOf({ hasInstallScript: true }), ['node_modules/a has an install script']);
});

test('an address in the lockfile is found', () => {
  const entry = { resolved: 'https://registry.example/a.tgz' };

  assert.deepEqual(saysOf(entry), ['node_modules/a has an address']);
});

test('a link to a workspace is neither', () => {
  assert.deepEqual(saysOf({ resolved: 'server', link: true }), []);
});

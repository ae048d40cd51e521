import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readArchitecture } from './architecture.ts';
import { projectFiles, projectRoot } from './project-files.ts';

const page = readFileSync(join(projectRoot, 'ARCHITECTURE.md'), 'utf8');
const { base, folders } = readArchitecture();

test('the imports that ARCHITECTURE.md draws are those of architecture.json', () => {
  const drawn = [...page.matchAll(/^(\w+) +→ (.+)$/gm)].map(([, folder = '', names = '']) => {
    return [folder, names === 'nothing' ? [] : names.split(' ')] as const;
  });

  const ruled = Object.entries(folders)
    .filter(([name]) => /^\w+$/.test(name) && name !== 'app')
    .map(([name, { imports }]) => [name, imports] as const);
  assert.deepEqual(Object.fromEntries(drawn), Object.fromEntries(ruled));
});

test('the map of ARCHITECTURE.md names every folder that has code', () => {
  const inServer = projectFiles()
    .filter((file) => file.startsWith(`${base}/`))
    .map((file) => file.slice(base.length + 1).split('/')[0] ?? '');
  const outside = Object.keys(folders)
    .filter((name) => name.startsWith('/'))
    .map((name) => name.split('/')[1] ?? '');

  const unnamed = [...new Set([...inServer, ...outside])].filter(
    (folder) => !new RegExp(`^ *${folder}/ `, 'm').test(page),
  );

  assert.deepEqual(unnamed, []);
});

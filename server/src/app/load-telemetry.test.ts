import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from './config-error.ts';
import { loadTelemetry } from './load-telemetry.ts';

const folder = await mkdtemp(join(tmpdir(), 'posthorn-telemetry-'));
after(() => rm(folder, { recursive: true }));
const heard = globalThis as { loaded?: string[] };

async function moduleWith(name: string, source: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, source);
  return path;
}

test('a module is loaded at the start and told of the end, which waits for it', async () => {
  heard.loaded = [];
  const path = await moduleWith(
    'whole.mjs',
    `globalThis.loaded.push('start');
     export async function shutdown() { await null; globalThis.loaded.push('end'); }`,
  );

  const loaded = await loadTelemetry(path);
  await loaded[Symbol.asyncDispose]();

  assert.deepEqual(heard.loaded, ['start', 'end']);
});

const quiet: [because: string, source: string | null][] = [
  ['none is named', null],
  ['it exports nothing', ''],
  ['what it exports as shutdown is no function', 'export const shutdown = 1;'],
];
for (const [index, [because, source]] of quiet.entries()) {
  test(`nothing is to be done at the end when ${because}`, async () => {
    const path = source === null ? null : await moduleWith(`quiet-${index}.mjs`, source);

    const loaded = await loadTelemetry(path);

    await loaded[Symbol.asyncDispose]();
  });
}

const wrong: [because: string, source: string | null][] = [
  ['is not there', null],
  ['cannot be read as code', 'export const;'],
  ['throws', 'throw new Error("no exporter");'],
];
for (const [index, [because, source]] of wrong.entries()) {
  test(`a module that ${because} keeps the server from starting, and is named`, async () => {
    const name = `wrong-${index}.mjs`;
    const path = source === null ? join(folder, name) : await moduleWith(name, source);

    await assert.rejects(loadTelemetry(path), (thrown) => {
      assert.ok(thrown instanceof ConfigError);
      assert.match(thrown.message, /^--telemetry: cannot be loaded: ./);
      return true;
    });
  });
}

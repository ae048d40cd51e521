import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../contract/program.ts';
import { ListenState } from './listen-state.ts';

test('what was kept last is read, by its owner alone', async () => {
  await using folder = await makeFolder();
  const state = new ListenState(join(folder.path, 'new', 'listen.json'));
  const before = await state.read();

  await state.keep({ after: '1', secret: 'whsec_a' });
  await state.keep({ after: '2', secret: 'whsec_a' });

  assert.equal(before, null);
  assert.deepEqual(await state.read(), { after: '2', secret: 'whsec_a' });
  assert.equal((await stat(state.path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(folder.path, 'new')), ['listen.json']);
});

for (const text of ['', '{}', 'null', '{"after":1,"secret":"a"}', '{"after":"1"}']) {
  test(`a file that holds ${JSON.stringify(text)} is somebody else’s and stays`, async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'other.json');
    await writeFile(path, text);

    const reading = new ListenState(path).read();

    await assert.rejects(reading, /--state: .+ holds something else/);
  });
}

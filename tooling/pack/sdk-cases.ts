import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../rules/project-files.ts';
import { runProgram, type Surroundings } from '../run-program.ts';
import type { PackageCase } from './package-cases.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const verifying = `
  const secret = '${secret}';
  const body = '{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z","data":7}';
  const { data } = await webhook.verify(body, await webhook.sign(body, secret), secret);
  console.log(typeof createHandler, data);`;

const typed = `import { createHandler, MemorySeenStore, Posthorn } from '@posthorn/sdk';
export const posthorn = new Posthorn({ url: 'http://127.0.0.1:4410' });
export const handler = createHandler({
  secret: '${secret}',
  store: new MemorySeenStore(),
  on: { 'task.completed': (event) => event.data.taskId.length },
});
// @ts-expect-error: a url is a text.
export const wrong = new Posthorn({ url: 1 });
`;

/** Lists the proofs for the SDK's package installed below `surroundings.cwd`. */
export function sdkCases(surroundings: Surroundings): PackageCase[] {
  const { cwd } = surroundings;
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, output } = await runProgram(process.execPath, args, surroundings);
    assert.equal(code, 0, output);
    return stdout.trim();
  };
  const verifies = (from: string) => async (): Promise<void> => {
    const program = `import { createHandler, webhook } from '${from}';${verifying}`;
    assert.equal(await run('--input-type=module', '--eval', program), 'function 7');
  };
  return [
    { says: '@posthorn/sdk verifies a webhook in plain Node', prove: verifies('@posthorn/sdk') },
    {
      says: '@posthorn/sdk/receiver does so without the client',
      prove: verifies('@posthorn/sdk/receiver'),
    },
    {
      says: '@posthorn/sdk tells a program in TypeScript its types',
      prove: async () => {
        writeFileSync(join(cwd, 'typed.mts'), typed);
        const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
        const options = ['--strict', '--noEmit', '--ignoreConfig', '--module', 'nodenext'];
        const runtime = ['--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
        await run(compiler, ...options, ...runtime, join(cwd, 'typed.mts'));
      },
    },
  ];
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, type Ended, type Surroundings } from '../run-program.ts';

/** What a newly installed package must do, each as a sentence and a proof. */
export type PackageCase = { says: string; prove: () => Promise<void> };

/** Lists the proofs for a package installed below `surroundings.cwd`. */
export function packageCases(surroundings: Surroundings): PackageCase[] {
  const { cwd } = surroundings;
  const installed = join(cwd, 'node_modules', 'posthorn');
  const posthorn = async (...args: string[]): Promise<Ended> =>
    runProgram(join(cwd, 'node_modules', '.bin', 'posthorn'), args, surroundings);
  return [
    {
      says: 'posthorn --version names the version of the package',
      prove: async () => {
        const { version } = readJson(join(installed, 'package.json'));
        const { code, stdout, output } = await posthorn('--version');
        assert.deepEqual([code, stdout.trim()], [0, version], output);
      },
    },
    {
      says: 'an unknown command fails and says so',
      prove: async () => assert.notEqual((await posthorn('no-such-command')).code, 0),
    },
    {
      says: 'posthorn demo --headless keeps what it promises',
      prove: async () => {
        const { code, output } = await posthorn('demo', '--headless');
        assert.equal(code, 0, output);
      },
    },
  ];
}

function readJson(file: string): { version?: string } {
  return JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
}

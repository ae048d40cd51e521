import { join } from 'node:path';
import { runProgram, type Surroundings } from '../run-program.ts';

type PackReport = { filename: string; files: { path: string }[] }[];

/** Packs the folder `source` and installs the tarball; answers the paths that it holds. */
export async function installPackage(
  source: string,
  surroundings: Surroundings,
): Promise<string[]> {
  const { cwd } = surroundings;
  const packed = await npm(['pack', source, '--json', '--pack-destination', cwd], surroundings);
  const [report] = JSON.parse(packed) as PackReport;
  if (report === undefined) throw new Error(`npm pack made nothing:\n${packed}`);
  await npm(['init', '--yes'], surroundings);
  await npm(['install', join(cwd, report.filename)], surroundings);
  return report.files.map(({ path }) => path);
}

async function npm(args: readonly string[], surroundings: Surroundings): Promise<string> {
  const { code, stdout, output } = await runProgram('npm', args, surroundings);
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`);
  return stdout;
}

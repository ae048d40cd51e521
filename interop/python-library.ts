import { join } from 'node:path';
import { pythonEnvironment } from '../tooling/python-environment.ts';

/** Makes, unless it exists, a Python environment with the library; answers its interpreter. */
export async function pythonWithLibrary(): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  return join(await pythonEnvironment('interop', requirements), 'python');
}

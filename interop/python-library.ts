import { join } from 'node:path';
import { pythonEnvironment } from '../tooling/python-environment.ts';

/** Makes, unless it exists, a Python environment with the library; answers its interpreter. */
export function pythonWithLibrary(): Promise<string> {
  return pythonWith('interop', 'requirements.txt');
}

/** The same with the SDK for A2A, which needs more and so has an environment of its own. */
export function pythonWithA2a(): Promise<string> {
  return pythonWith('interop-a2a', 'a2a-requirements.txt');
}

async function pythonWith(name: string, requirements: string): Promise<string> {
  const file = join(import.meta.dirname, requirements);
  return join(await pythonEnvironment(name, file), 'python');
}

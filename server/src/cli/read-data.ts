import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ConfigError } from '../app/config-error.ts';

/**
 * The JSON text that `--data` means, exactly as it stands: itself, `@FILE`, or `-` for standard
 * input. White space around it is left out.
 */
export async function readData(said: string): Promise<string> {
  const json = (await read(said)).trim();
  try {
    JSON.parse(json);
  } catch (cause) {
    throw new ConfigError('--data', 'is not JSON', { cause });
  }
  return json;
}

async function read(said: string): Promise<string> {
  if (said === '-') return text(process.stdin);
  if (!said.startsWith('@')) return said;
  try {
    return await readFile(said.slice(1), 'utf8');
  } catch (cause) {
    throw new ConfigError('--data', `${said.slice(1)} cannot be read`, { cause });
  }
}

import { readFile } from 'node:fs/promises';
import { ConfigError } from '../app/config-error.ts';
import type { Shell } from './shell.ts';

type Source = { readonly option: string; readonly input: Shell['input'] };

/** The text that an option means: itself, `@FILE`, or `-` for standard input. */
export async function readSaid(said: string, source: Source): Promise<string> {
  if (said === '-' || said.startsWith('@')) {
    return (await readBytes(said === '-' ? said : said.slice(1), source)).toString('utf8');
  }
  return said;
}

/** The bytes of a file, or of standard input for `-`. */
export async function readBytes(path: string, { option, input }: Source): Promise<Buffer> {
  if (path !== '-') {
    try {
      return await readFile(path);
    } catch (cause) {
      throw new ConfigError(option, `${path} cannot be read`, { cause });
    }
  }
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The JSON text that an option means, exactly as it stands but for white space around it. */
export async function readJsonText(said: string, source: Source): Promise<string> {
  const json = (await readSaid(said, source)).trim();
  try {
    JSON.parse(json);
  } catch (cause) {
    throw new ConfigError(source.option, 'is not JSON', { cause });
  }
  return json;
}

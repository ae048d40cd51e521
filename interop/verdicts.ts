import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A request, and when the library is to believe that it arrives. */
export type Arrival = {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly data: Buffer;
  readonly nowSeconds: number;
};

/** What the library says of each: `valid`, or its own words. */
export async function verdictsOf(python: string, arrivals: readonly Arrival[]): Promise<string[]> {
  const script = join(import.meta.dirname, 'verify.py');
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(arrivals.map((each) => `${JSON.stringify(lineOf(each))}\n`).join(''));
  const [code, lines] = await Promise.all([ended, text(child.stdout)]);
  if (code !== 0) throw new Error(`verify.py exited ${code}`);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string);
}

function lineOf({ body, data, ...rest }: Arrival) {
  return { ...rest, body: body.toString('base64'), data: data.toString('base64') };
}

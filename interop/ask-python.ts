import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Runs a script of this folder; it reads a JSON object a line and answers each with a line. */
export async function askPython<Answer>(
  python: string,
  script: string,
  questions: readonly object[],
): Promise<Answer[]> {
  const file = join(import.meta.dirname, script);
  const child = spawn(python, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(questions.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const [code, lines] = await Promise.all([ended, text(child.stdout)]);
  if (code !== 0) throw new Error(`${script} exited ${code}`);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

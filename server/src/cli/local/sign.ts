import { exitCodes } from '../../app/exit-codes.ts';
import { signByHand } from '../../app/sign-by-hand.ts';
import { readSecret } from '../../core/standard-secret.ts';
import { command, jsonOption } from '../command.ts';
import { printJson, printLines } from '../output/print.ts';
import { readBytes, readSaid } from '../read-input.ts';
import type { Shell } from '../shell.ts';
import { UsageError } from '../usage-error.ts';

type SignOptions = {
  readonly secret?: string;
  readonly id?: string;
  readonly timestamp?: string;
  readonly body: string;
  readonly headerNames?: string;
  readonly json?: boolean;
};

/** `posthorn sign`: the headers of a request, to try a receiver with. */
export const signCommand = command<SignOptions>({
  name: 'sign',
  summary: 'sign a body as Posthorn does, to try a receiver with',
  examples: [
    `posthorn sign --secret whsec_… --body '{"type":"task.completed"}'`,
    'posthorn sign --secret @hook.secret --body @body.json --id evt_1 --timestamp 1767225600',
  ],
  about: ['Prints the headers. Without --timestamp the request is good for five minutes.'],
  options: [
    { flags: '--secret <secret>', says: 'whsec_…: itself, or @FILE' },
    { flags: '--body <text>', says: 'the body: text, @FILE, or - for input', fallback: '{}' },
    { flags: '--id <id>', says: 'the webhook-id (default evt_test)', fallback: 'evt_test' },
    { flags: '--timestamp <seconds>', says: 'Unix seconds (default now)' },
    { flags: '--header-names <names>', says: 'webhook or svix', fallback: 'webhook' },
    jsonOption,
  ],
  run: async ({ shell, options }) => {
    const { id = '', body, headerNames, json } = options;
    const secret = await secretOf(shell, options);
    const source = { option: '--body', input: shell.input };
    const timestamp = timestampOf(options.timestamp, shell.now());
    if (headerNames !== 'webhook' && headerNames !== 'svix') {
      throw new UsageError('--header-names: must be webhook or svix');
    }
    const bytes = /^(-$|@)/.test(body)
      ? await readBytes(body === '-' ? body : body.slice(1), source)
      : Buffer.from(body, 'utf8');
    const headers = signByHand({ secret, id, timestamp, body: bytes, headerNames });
    if (json === true) printJson(shell, { headers: Object.fromEntries(headers) });
    else
      printLines(
        shell,
        headers.map(([name, value]) => `${name}: ${value}`),
      );
    return exitCodes.ok;
  },
});

async function secretOf({ input }: Shell, { secret: said }: SignOptions): Promise<string> {
  if (said === undefined) throw new UsageError('--secret: is needed');
  const secret = (await readSaid(said, { option: '--secret', input })).trim();
  const read = readSecret(secret);
  if (read.is === 'symmetric') return secret;
  const because = read.is === 'malformed' ? read.because : 'is a public key, which cannot sign';
  throw new UsageError(`--secret: ${because}`);
}

function timestampOf(text: string | undefined, now: number): number {
  if (text === undefined) return Math.floor(now / 1_000);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError('--timestamp: must be Unix seconds, in digits alone');
}

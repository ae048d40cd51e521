import { exitCodes } from '../../app/exit-codes.ts';
import { verifyStandard } from '../../core/verify-standard.ts';
import type { Verification } from '../../core/verify-standard.ts';
import { command, jsonOption } from '../command.ts';
import { printJson, printLines } from '../output/print.ts';
import { readLines } from '../read-lines.ts';
import { UsageError } from '../usage-error.ts';
import { readVerifyLine } from './read-verify-line.ts';

type VerifyOptions = {
  readonly kind: string;
  readonly requests?: string;
  readonly tolerance: string;
  readonly headerNames?: string;
  readonly json?: boolean;
};

/** `posthorn verify`: whether requests are what they claim to be, and if not, why. */
export const verifyCommand = command<VerifyOptions>({
  name: 'verify',
  summary: 'verify signed requests, and say what is wrong with those that fail',
  examples: [
    'posthorn verify --requests received.ndjson',
    `echo '{"secret":"whsec_…","headers":{…},"body":"…"}' | posthorn verify --requests - --json`,
  ],
  about: [
    'Reads a line of JSON for each request: {secret | secrets, headers, body | bodyBase64, now?},',
    'now in Unix seconds. Answers {valid, reason} for each, in order. Exit code 1 if one is not',
    'valid. Takes v1 (whsec_…) and v1a (whpk_…), several signatures and several secrets.',
  ],
  options: [
    { flags: '--kind <kind>', says: 'standard-webhooks', fallback: 'standard-webhooks' },
    { flags: '--requests <file>', says: 'the requests, or - for standard input' },
    {
      flags: '--tolerance <seconds>',
      says: 'how far the timestamp may be from now',
      fallback: '300',
    },
    { flags: '--header-names <names>', says: 'webhook or svix', fallback: 'webhook' },
    jsonOption,
  ],
  run: async ({ shell, options }) => {
    const settings = settingsOf(options);
    const now = Math.floor(shell.now() / 1_000);
    const source = { option: '--requests', input: shell.input };
    let isEachValid = true;
    for await (const line of readLines(options.requests ?? '-', source)) {
      const answer = verifyLine(line, { ...settings, now });
      isEachValid &&= answer.valid;
      if (options.json === true) printJson(shell, answer);
      else printLines(shell, [`${answer.valid ? 'valid' : 'invalid'}: ${answer.reason}`]);
    }
    return isEachValid ? exitCodes.ok : exitCodes.failed;
  },
});

type Settings = { readonly tolerance: number; readonly headerNames: 'webhook' | 'svix' };

function settingsOf({ kind, requests, tolerance, headerNames }: VerifyOptions): Settings {
  if (kind !== 'standard-webhooks') throw new UsageError('--kind: must be standard-webhooks');
  if (requests === undefined) throw new UsageError('--requests: name a file, or - for input');
  if (!/^\d{1,9}$/.test(tolerance)) throw new UsageError('--tolerance: must be whole seconds');
  if (headerNames !== 'webhook' && headerNames !== 'svix') {
    throw new UsageError('--header-names: must be webhook or svix');
  }
  return { tolerance: Number(tolerance), headerNames };
}

function verifyLine(line: string | null, settings: Settings & { now: number }): Verification {
  const read = readVerifyLine(line);
  if (read.is === 'malformed') return { valid: false, reason: `the line ${read.because}` };
  return verifyStandard({ ...settings, ...read.request });
}

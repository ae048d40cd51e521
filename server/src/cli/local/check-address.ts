import { exitCodes } from '../../app/exit-codes.ts';
import type { ConfigInput } from '../../app/config.ts';
import { loadConfig } from '../../app/load-config.ts';
import { addressPolicy } from '../../app/address-policy.ts';
import type { AddressPolicy } from '../../core/address/address-policy.ts';
import { judgeUrl } from '../../core/address/judge-url.ts';
import { limits } from '../../core/limits.ts';
import { collect, command, jsonOption } from '../command.ts';
import { printJson, printLines } from '../output/print.ts';
import { readLines } from '../read-lines.ts';
import { UsageError } from '../usage-error.ts';
import type { Shell } from '../shell.ts';

type CheckOptions = Pick<ConfigInput, 'allowAddress' | 'dev' | 'config'> & {
  readonly json?: boolean;
};

type Verdict = {
  readonly url: string | null;
  readonly allowed: boolean;
  readonly rule: string | null;
};
type Checked = Verdict & { readonly error?: string };

/** `posthorn check-address`: whether deliveries to a URL are allowed. */
export const checkAddressCommand = command<CheckOptions>({
  name: 'check-address',
  takes: [['[url...]', 'URLs; or - for lines of JSON, {"url": …}, on standard input']],
  summary: 'say whether deliveries to a URL are allowed, and which rule says no',
  examples: [
    'posthorn check-address https://hooks.example.com http://10.0.0.7/in',
    'posthorn check-address http://10.0.0.7/in --allow-address 10.0.0.0/8',
    'posthorn check-address - --json < urls.ndjson',
  ],
  about: [
    'Judges the text by the rules of serve and its settings: nothing is resolved or dialled. The',
    'addresses behind a name are judged when it is resolved, at each connection.',
    'Answers {url, allowed, rule} for each. Exit code 1 if one is not allowed.',
  ],
  options: [
    { flags: '--allow-address <cidr>', says: 'as for serve (repeatable)', read: collect },
    { flags: '--dev', says: 'as for serve: loopback is allowed' },
    { flags: '--config <file>', says: 'the settings of the server, or POSTHORN_CONFIG' },
    jsonOption,
  ],
  run: async ({ shell, options, args }) => {
    if (args.length === 0) throw new UsageError('name URLs, or - for standard input');
    const { config } = await loadConfig(options, shell.env);
    const policy = addressPolicy(config);
    let isEachAllowed = true;
    for await (const answer of checkAll(shell, args, policy)) {
      isEachAllowed &&= answer.allowed;
      if (options.json === true) printJson(shell, answer);
      else printLines(shell, [lineOf(answer)]);
    }
    return isEachAllowed ? exitCodes.ok : exitCodes.failed;
  },
});

async function* checkAll(
  shell: Shell,
  urls: readonly string[],
  policy: AddressPolicy,
): AsyncGenerator<Checked, void> {
  for (const url of urls) {
    if (url !== '-') yield check(url, policy);
    else {
      const source = { option: '-', input: shell.input };
      for await (const line of readLines('-', source)) yield checkLine(line, policy);
    }
  }
}

function checkLine(line: string | null, policy: AddressPolicy): Checked {
  const url = line === null ? undefined : urlIn(line);
  if (url !== undefined) return check(url, policy);
  const error =
    line === null
      ? `the line has over ${limits.commandLineBytes} bytes`
      : 'the line is not a JSON object with a text "url"';
  return { url: null, allowed: false, rule: null, error };
}

function check(url: string, policy: AddressPolicy): Verdict {
  const verdict = judgeUrl(url, policy);
  return verdict.is === 'ok'
    ? { url, allowed: true, rule: null }
    : { url, allowed: false, rule: verdict.rule };
}

function urlIn(line: string): string | undefined {
  try {
    const { url } = JSON.parse(line) as { url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}

function lineOf({ url, allowed, rule, error }: Checked): string {
  return error ?? `${allowed ? 'ok' : `refused (${rule ?? 'unknown'})`}  ${url ?? ''}`;
}

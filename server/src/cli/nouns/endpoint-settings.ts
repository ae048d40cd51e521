import { bodyFormats } from '../../core/endpoint.ts';
import { collect } from '../command.ts';
import type { OptionSpec } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { jsonOrText, readFields, readNumber, setOption } from './read-fields.ts';

/** What may be set on an endpoint by an option of its own. */
export type EndpointSettings = {
  readonly description?: string;
  readonly format?: string;
  readonly scheme?: string;
  readonly headerNames?: string;
  readonly retry?: string;
  readonly header?: readonly string[];
  readonly timeoutMs?: string;
  readonly maxInFlight?: string;
  readonly rate?: string;
  readonly set?: readonly string[];
};

/** The options of {@link EndpointSettings}. */
export const endpointSettings: readonly OptionSpec[] = [
  { flags: '--description <text>', says: 'what it is for' },
  { flags: '--format <format>', says: `the body: ${bodyFormats.join(', ')}` },
  { flags: '--scheme <scheme>', says: 'the signature: standard, hmac-hex or none' },
  { flags: '--header-names <names>', says: 'webhook or svix' },
  { flags: '--retry <policy>', says: 'standard, short, or a policy as JSON' },
  { flags: '--header <line>', says: 'sent along: "Name: value" (repeatable)', read: collect },
  { flags: '--timeout-ms <ms>', says: 'how long an attempt may take' },
  { flags: '--max-in-flight <count>', says: 'attempts at once' },
  { flags: '--rate <perSecond>', says: 'attempts started per second' },
  setOption,
];

/** The fields of the API that the options mean; throws a {@link UsageError}. */
export function settingsBody(options: EndpointSettings): Record<string, unknown> {
  const { description, format, scheme, headerNames, retry, header, set } = options;
  const fields = {
    ...{ description, format, scheme, headerNames },
    retry: retry === undefined ? undefined : jsonOrText(retry),
    headers: header === undefined ? undefined : Object.fromEntries(header.map(headerPair)),
    timeoutMs: readNumber(options.timeoutMs, '--timeout-ms'),
    maxInFlight: readNumber(options.maxInFlight, '--max-in-flight'),
    ratePerSecond: readNumber(options.rate, '--rate'),
  };
  return readFields(fields, set);
}

function headerPair(line: string): [name: string, value: string] {
  const [, name, value] = /^([^:\s]+):[ \t]*(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('--header: must look like "Name: value"');
  }
  return [name, value];
}

import type { HeaderLines } from '../../core/attempt.ts';

/** Custom headers that may be read by whoever reads the log; any other may hold a secret. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'user-agent',
]);

/** What the log shows instead of a value. */
export const masked = '***';

/** Custom headers with every value masked that is not known to be harmless. */
export function maskedHeaders(headers: HeaderLines): HeaderLines {
  return headers.map(([name, value]) => [name, harmless.has(name.toLowerCase()) ? value : masked]);
}

import { Webhook } from 'standardwebhooks';
import type { Tally } from '../http/tally.ts';

/** Throws unless every arrival was signed and each sample verifies with its endpoint's secret. */
export function requireVerified(tally: Tally, secretByPath: ReadonlyMap<string, string>): void {
  if (tally.unsignedCount > 0) throw new Error(`${tally.unsignedCount} arrivals were unsigned`);
  if (tally.samples.length === 0) throw new Error('no arrival was sampled');
  for (const { head, body } of tally.samples) {
    const [requestLine = '', ...lines] = head.split('\r\n');
    const secret = secretByPath.get(requestLine.split(' ')[1] ?? '');
    if (secret === undefined) throw new Error(`no endpoint is known for: ${requestLine}`);
    new Webhook(secret).verify(body, Object.fromEntries(lines.map(headerOf)));
  }
}

function headerOf(line: string): [name: string, value: string] {
  const colonAt = line.indexOf(':');
  return [line.slice(0, colonAt).toLowerCase(), line.slice(colonAt + 1).trim()];
}

import type { AddressPolicy } from '../../core/address/address-policy.ts';
import { judgeUrl } from '../../core/address/judge-url.ts';
import type { JudgedHost } from '../../core/address/judge-url.ts';
import type { AddressRule } from '../../core/address-rule.ts';
import type { HeaderLines } from '../../core/attempt.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import { maskedUrl } from '../../core/masked-url.ts';
import { maskedHeaders } from './masked-headers.ts';
import { signingKeys } from './sign.ts';
import type { SigningKey } from './sign.ts';

/** Where connections lead: equal origins share connections. */
export type Origin = {
  /** Scheme, host and port, as in `https://example.com:8443`. */
  readonly text: string;
  readonly host: JudgedHost;
  readonly port: number;
  readonly isSecure: boolean;
};

/** What every attempt at an endpoint has in common, worked out once. */
export type Target = {
  readonly endpoint: Endpoint;
  readonly path: string;
  /** The URL as the log shows it: what its query says may be a secret. */
  readonly shownUrl: string;
  readonly keys: readonly SigningKey[];
  /** The custom headers as the log shows them. */
  readonly shownHeaders: HeaderLines;
  readonly setsUserAgent: boolean;
  readonly way:
    | { readonly is: 'ok'; readonly origin: Origin }
    | { readonly is: 'forbidden'; readonly rule: AddressRule };
};

/** Judges an endpoint's URL and prepares its keys and headers. */
export function prepareTarget(endpoint: Endpoint, policy: AddressPolicy): Target {
  const verdict = judgeUrl(endpoint.url, policy);
  return {
    endpoint,
    path: verdict.is === 'ok' ? `${verdict.url.pathname}${verdict.url.search}` : '/',
    shownUrl: maskedUrl(endpoint.url),
    keys: signingKeys(endpoint),
    shownHeaders: maskedHeaders(endpoint.headers),
    setsUserAgent: endpoint.headers.some(([name]) => name.toLowerCase() === 'user-agent'),
    way: verdict.is === 'ok' ? { is: 'ok', origin: originOf(verdict.url, verdict.host) } : verdict,
  };
}

function originOf(url: URL, host: JudgedHost): Origin {
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  return { text: url.origin, host, port, isSecure };
}

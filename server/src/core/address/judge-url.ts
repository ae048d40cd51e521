import type { AddressRule } from '../address-rule.ts';
import type { AddressPolicy } from './address-policy.ts';
import { forbiddenPorts } from './forbidden-ports.ts';
import { judgeAddress } from './judge-address.ts';
import { isLocalhost, plainName, ruleAgainstName } from './judge-name.ts';
import { parseIp } from './parse-ip.ts';

/** Who is to be reached: an address that was judged, or a name that must still be resolved. */
export type JudgedHost =
  | { readonly kind: 'address'; readonly address: string }
  /** Plain: without root dots, in lower case. */
  | { readonly kind: 'name'; readonly name: string };

export type UrlVerdict =
  | { readonly is: 'ok'; readonly url: URL; readonly host: JudgedHost }
  | { readonly is: 'forbidden'; readonly rule: AddressRule };

/**
 * Judges where deliveries are to go, as far as the text alone can tell: every spelling of an
 * address that the URL standard knows is judged as that address. A name's addresses are judged
 * when it is resolved, at each connection. Once the operator allows any range, names that cannot
 * be public are let through here, and only their addresses count.
 */
export function judgeUrl(text: string, policy: AddressPolicy): UrlVerdict {
  const url = URL.parse(text);
  if (url === null) return { is: 'forbidden', rule: 'unparsable' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { is: 'forbidden', rule: 'scheme' };
  }
  if (url.username !== '' || url.password !== '') return { is: 'forbidden', rule: 'credentials' };
  const verdict = judgeHost(url, policy);
  return verdict.is === 'ok' && isPortForbidden(url) ? { is: 'forbidden', rule: 'port' } : verdict;
}

function isPortForbidden(url: URL): boolean {
  return url.port !== '' && forbiddenPorts.has(Number(url.port));
}

function judgeHost(url: URL, policy: AddressPolicy): UrlVerdict {
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (literal !== url.hostname || parseIp(literal) !== null) {
    const verdict = judgeAddress(literal, policy);
    return verdict.is === 'ok'
      ? { is: 'ok', url, host: { kind: 'address', address: literal } }
      : verdict;
  }
  const name = plainName(url.hostname);
  const rule = ruleAgainstName(name);
  if (rule === null || isNameAllowed(name, rule, policy)) {
    return { is: 'ok', url, host: { kind: 'name', name } };
  }
  return { is: 'forbidden', rule };
}

function isNameAllowed(name: string, rule: AddressRule, policy: AddressPolicy): boolean {
  if (rule === 'unparsable') return false;
  return policy.allow.length > 0 || (policy.allowLoopback && isLocalhost(name));
}

import type { AddressRule } from '../address-rule.ts';
import type { AddressPolicy } from './address-policy.ts';
import { isWithin } from './cidr.ts';
import {
  forbiddenRanges,
  globalUnicast,
  mappedIpv4,
  metadataAddresses,
} from './forbidden-ranges.ts';
import { parseIp } from './parse-ip.ts';
import type { Ip } from './parse-ip.ts';

export type AddressVerdict =
  { readonly is: 'ok' } | { readonly is: 'forbidden'; readonly rule: AddressRule };

/**
 * Judges one address, literal or resolved, in its usual spelling; what cannot be read is refused.
 * IPv6 is allowed only inside 2000::/3, so that ranges nobody has heard of are refused too.
 */
export function judgeAddress(text: string, policy: AddressPolicy): AddressVerdict {
  const parsed = parseIp(text);
  if (parsed === null) return { is: 'forbidden', rule: 'unparsable' };
  const ip = unwrap(parsed);
  const rule = ruleAgainst(ip);
  if (rule === null || isAllowed(ip, rule, policy)) return { is: 'ok' };
  return { is: 'forbidden', rule };
}

function unwrap(ip: Ip): Ip {
  if (!isWithin(ip, mappedIpv4)) return ip;
  return { family: 4, words: ip.words.slice(6) };
}

function ruleAgainst(ip: Ip): AddressRule | null {
  if (isMetadata(ip)) return 'metadata';
  const found = forbiddenRanges.find(({ range }) => isWithin(ip, range));
  if (found !== undefined) return found.rule;
  return ip.family === 6 && !isWithin(ip, globalUnicast) ? 'not_global_unicast' : null;
}

function isAllowed(ip: Ip, rule: AddressRule, policy: AddressPolicy): boolean {
  if (rule === 'loopback' && policy.allowLoopback) return true;
  const width = ip.words.length * 16;
  const ranges = policy.allow.filter((range) => rule !== 'metadata' || range.bits === width);
  return ranges.some((range) => isWithin(ip, range));
}

function isMetadata(ip: Ip): boolean {
  return metadataAddresses.some((range) => isWithin(ip, range));
}

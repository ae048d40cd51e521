import type { AddressRule } from '../address-rule.ts';
import { parseCidr } from './cidr.ts';
import type { Cidr } from './cidr.ts';

/** A range that no delivery may reach by default, and the rule that says so. */
export type ForbiddenRange = { readonly range: Cidr; readonly rule: AddressRule };

/** The only part of IPv6 that may be public; the ranges below are taken out of it. */
export const globalUnicast = range('2000::/3');

/** IPv4 addresses inside IPv6, judged as what they carry. */
export const mappedIpv4 = range('::ffff:0:0/96');

/**
 * Addresses of cloud metadata services. A wider range that the operator allows leaves them
 * blocked: each must be named alone, since they hand out credentials.
 */
export const metadataAddresses: readonly Cidr[] = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.42.42',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fe80::a9fe:a9fe',
].map(range);

/** Every forbidden range; the first that holds an address names the rule. */
export const forbiddenRanges: readonly ForbiddenRange[] = [
  ...forbid('unspecified', '0.0.0.0/8', '::/128'),
  ...forbid('loopback', '127.0.0.0/8', '::1/128'),
  ...forbid('private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'),
  ...forbid('carrier_grade_nat', '100.64.0.0/10'),
  ...forbid('metadata', '168.63.129.16/32'),
  ...forbid('link_local', '169.254.0.0/16', 'fe80::/10'),
  ...forbid('special_purpose', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15'),
  ...forbid('special_purpose', '198.51.100.0/24', '203.0.113.0/24'),
  ...forbid('multicast', '224.0.0.0/4', 'ff00::/8'),
  ...forbid('reserved', '240.0.0.0/4'),
  ...forbid('embedded_ipv4', '::/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48'),
  ...forbid('embedded_ipv4', '2001::/32', '2002::/16'),
  ...forbid('special_purpose', '2001::/23', '2001:db8::/32', '3fff::/20'),
];

function forbid(rule: AddressRule, ...ranges: string[]): ForbiddenRange[] {
  return ranges.map((text) => ({ range: range(text), rule }));
}

function range(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`not a range: ${text}`);
  return parsed;
}

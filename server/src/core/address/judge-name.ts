import type { AddressRule } from '../address-rule.ts';

/** Suffixes under which no public name exists, or none that may be reached. */
const privateSuffixes = [
  'cluster.local',
  'corp',
  'home',
  'home.arpa',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'onion',
  'private',
  'svc',
  'test',
];

/** The name without its root dots, in lower case. */
export function plainName(host: string): string {
  return host.replace(/\.+$/, '').toLowerCase();
}

/** Whether a plain name means this machine by RFC 6761. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** The rule against a plain name that cannot be public; null when it may be. */
export function ruleAgainstName(name: string): AddressRule | null {
  if (isLocalhost(name) || name.endsWith('.local')) return 'local_name';
  if (name === '') return 'unparsable';
  if (!name.includes('.')) return 'single_label_name';
  return privateSuffixes.some((suffix) => name.endsWith(`.${suffix}`)) ? 'private_suffix' : null;
}

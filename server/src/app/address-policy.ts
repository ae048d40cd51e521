import type { AddressPolicy } from '../core/address/address-policy.ts';
import type { Config } from './config.ts';

/** What the address guard lets through by these settings. */
export function addressPolicy({
  allowAddresses,
  isDev,
}: Pick<Config, 'allowAddresses' | 'isDev'>): AddressPolicy {
  return { allow: allowAddresses, allowLoopback: isDev };
}

import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { ruleAgainstName } from '../../core/address/judge-name.ts';
import { parseIp } from '../../core/address/parse-ip.ts';
import { limits } from '../../core/limits.ts';

/** Finds all addresses of a name, of both families; rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const hostsFile = '/etc/hosts';

/**
 * Asks the machine's name servers on sockets of its own, so that a silent one takes no thread
 * from anybody. The hosts file is read only for names that cannot be public, which get here only
 * when the operator allows a range.
 */
export function createResolver(): Resolve {
  const resolver = new Resolver({ timeout: limits.dnsTryMs, tries: 2 });
  return async (name) => {
    const known = ruleAgainstName(name) === null ? [] : addressesInHosts(hostsText(), name);
    return known.length > 0 ? known : ask(resolver, name);
  };
}

async function ask(resolver: Resolver, name: string): Promise<string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length === 0) throw new Error(`no address of ${name}`);
  return found;
}

function hostsText(): string {
  try {
    return readFileSync(hostsFile, 'utf8');
  } catch {
    // A machine without a hosts file knows no names by it.
    return '';
  }
}

/** The addresses that lines of a hosts file give to a name. */
export function addressesInHosts(text: string, name: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const isOfName = names.some((each) => each.toLowerCase() === name);
    return isOfName && parseIp(address) !== null ? [address] : [];
  });
}

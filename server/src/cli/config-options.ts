import { settings } from '../app/settings.ts';
import { collect } from './command.ts';
import type { OptionSpec } from './command.ts';

/** The options of everything that reads the server's settings. */
export const configOptions: readonly OptionSpec[] = [
  ...settings.map(({ flags, says, fallback, kind, environment }): OptionSpec => ({
    flags,
    says: `${says} (${fallback === null ? '' : `default ${fallback}; `}or ${environment})`,
    ...(kind === 'list' ? { read: collect } : {}),
  })),
  { flags: '--config <file>', says: 'a JSON file with these settings (or POSTHORN_CONFIG)' },
];

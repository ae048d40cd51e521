import type { Command } from 'commander';

import type { ConfigInput } from '../app/config.ts';
import { defaults } from '../core/limits.ts';
import { packageVersion } from './package-version.ts';

/** `posthorn serve`: runs the server until it is told to stop. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('run the server')
    .description(
      [
        'Examples:',
        '  posthorn serve',
        '  posthorn serve --data /var/lib/posthorn --port 8080 --public-url https://hooks.example',
        '  posthorn serve --dev',
        '',
        'Runs the server on an embedded store until SIGTERM or SIGINT.',
      ].join('\n'),
    )
    .option('--data <dir>', `where everything is kept (default ${defaults.dataDir})`)
    .option('--port <number>', `the port to listen on, 0 for any (default ${defaults.port})`)
    .option('--host <address>', `the address to bind to (default ${defaults.host})`)
    .option('--dev', 'allow deliveries to loopback addresses')
    .option('--allow-address <cidr>', 'allow deliveries to a private network (repeatable)', collect)
    .option('--public-url <url>', 'the address clients reach this server by')
    .option('--trust-proxy', 'believe the X-Forwarded headers of a proxy in front')
    .action(async (options: ConfigInput) => {
      const { serve } = await import('../app/serve.ts');
      process.exitCode = await serve(options, { version: packageVersion() });
    });
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

import type { Command } from 'commander';

import { packageVersion } from './package-version.ts';
import type { DemoOptions } from './demo/demo.ts';

/** `posthorn demo`: shows what Posthorn does, with real receivers on loopback. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .summary('see it deliver: a server, seven receivers, an AI run')
    .description(
      [
        'Examples:',
        '  posthorn demo',
        '  posthorn demo --headless',
        '',
        'Starts a server and receivers on loopback, publishes an AI run and shows each delivery.',
        'Leaves the server running. With --headless it checks itself and exits 0 or 1.',
      ].join('\n'),
    )
    .option('--headless', 'check every promise, then exit 0 or 1')
    .option('--data <dir>', 'where the server keeps its data (default ./posthorn-demo)')
    .option('--port <number>', 'the port of the server (default 4410, or any free one)')
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo/demo.ts');
      process.exitCode = await demo(options, { version: packageVersion() });
    });
}

import { command } from './command.ts';
import type { DemoOptions } from './demo/demo.ts';
import { packageVersion } from './package-version.ts';

/** `posthorn demo`: shows what Posthorn does, with real receivers on loopback. */
export const demoCommand = command<DemoOptions>({
  name: 'demo',
  summary: 'see it deliver: a server, seven receivers, an AI run',
  examples: ['posthorn demo', 'posthorn demo --headless'],
  about: [
    'Starts a server and receivers on loopback, publishes an AI run and shows each delivery.',
    'Leaves the server running. With --headless it checks itself and exits 0 or 1.',
  ],
  options: [
    { flags: '--headless', says: 'check every promise, then exit 0 or 1' },
    { flags: '--data <dir>', says: 'where the server keeps its data (default ./posthorn-demo)' },
    { flags: '--port <number>', says: 'the port of the server (default 4410, or any free one)' },
  ],
  run: async ({ options }) => {
    const { demo } = await import('./demo/demo.ts');
    return demo(options, { version: packageVersion() });
  },
});

import { configOptions } from './config-options.ts';
import { command } from './command.ts';
import { packageVersion } from './package-version.ts';
import type { ConfigInput } from '../app/config.ts';

/** `posthorn serve`: runs the server until it is told to stop. */
export const serveCommand = command<ConfigInput>({
  name: 'serve',
  summary: 'run the server',
  examples: [
    'posthorn serve',
    'posthorn serve --data /var/lib/posthorn --port 8080 --public-url https://hooks.example',
    'posthorn serve --dev',
  ],
  about: [
    'Runs on an embedded store until SIGTERM or SIGINT.',
    'Each option may also stand in the environment or in a file: see posthorn config.',
  ],
  options: configOptions,
  run: async ({ options }) => {
    const { serve } = await import('../app/serve.ts');
    return serve(options, { version: packageVersion() });
  },
});

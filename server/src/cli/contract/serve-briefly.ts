import { serve } from '../../app/serve.ts';

/** `serve` with a drain of a quarter of a second: DIR PORT. */
const [data = '', port = '0'] = process.argv.slice(2);
process.exitCode = await serve({ data, port, dev: true }, { version: '0', drainMs: 250 });

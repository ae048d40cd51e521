import { exitCodes } from '../../app/exit-codes.ts';
import { command } from '../command.ts';
import { packageVersion } from '../package-version.ts';

type OpenApiOptions = { readonly publicUrl?: string };

/** `posthorn openapi`: the description of the API, without a server. */
export const openApiCommand = command<OpenApiOptions>({
  name: 'openapi',
  summary: 'print the API as OpenAPI 3.1',
  examples: ['posthorn openapi > openapi.json', 'posthorn openapi | jq ".paths | keys"'],
  about: ['It is what a running server answers at /openapi.json; no server is needed.'],
  options: [{ flags: '--public-url <url>', says: 'the address of the server it is for' }],
  run: async ({ shell, options }) => {
    const { openApiText } = await import('../../app/openapi-text.ts');
    const publicUrl = options.publicUrl ?? null;
    shell.out(`${openApiText({ publicUrl, version: packageVersion() })}\n`);
    return exitCodes.ok;
  },
});

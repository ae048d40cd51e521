import type { Static } from 'typebox';
import type { CreatedEndpointBody } from '../../api/schemas/endpoint-schema.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { answered } from '../api-client.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { readSaid } from '../read-input.ts';
import { serverCommand } from '../server-command.ts';
import { say } from '../shell.ts';
import { endpointSettings, settingsBody } from './endpoint-settings.ts';
import type { EndpointSettings } from './endpoint-settings.ts';
import { typesOption } from '../types-option.ts';

type Created = Static<typeof CreatedEndpointBody>;
type CreateOptions = EndpointSettings & {
  readonly types?: readonly string[];
  readonly filter?: string;
  readonly order?: string;
  readonly secret?: string;
};

/** `posthorn endpoints create`: makes an endpoint, with its first subscription. */
export const createEndpoint = serverCommand<CreateOptions>({
  name: 'endpoints create',
  takes: [['<url>', 'where deliveries are sent']],
  summary: 'make an endpoint',
  examples: [
    'posthorn endpoints create https://hooks.example.com/in --types "task.*" order.paid',
    'posthorn endpoints create https://hooks.example.com/in --types "*" --secret @old.secret',
  ],
  about: ['Prints its id and, the only time, the secret that signs what it gets.'],
  options: [
    typesOption('the event types it gets; * is every type'),
    { flags: '--filter <cel>', says: 'a condition on type, data, metadata, source and entity' },
    { flags: '--order <order>', says: 'none, key or endpoint' },
    { flags: '--secret <secret>', says: 'your own: itself, @FILE, or - for standard input' },
    ...endpointSettings,
  ],
  run: async ({ api, shell, options, args: [url] }) => {
    const { types, filter, order, secret: said, json } = options;
    const source = { option: '--secret', input: shell.input };
    const secret = said === undefined ? undefined : (await readSaid(said, source)).trim();
    const body = { url, types, filter, order, secret, ...settingsBody(options) };
    const answer = await api.ask({ method: 'POST', path: '/v1/endpoints', body });
    const created = answered<Created>(answer);
    if (json === true) printJsonText(shell, answer.text);
    else printLines(shell, [`id: ${created.id}`, `secret: ${created.secret}`]);
    for (const { message } of created.warnings) say(shell, message);
    return exitCodes.ok;
  },
});

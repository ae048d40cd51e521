import { serverCommand } from '../server-command.ts';
import { idCommand, show } from '../show.ts';
import { readSaid } from '../read-input.ts';
import { readFields, readNumber } from './read-fields.ts';

const endpointId = ['<id>', 'the id of an endpoint'] as const;

const secret = idCommand<object>({
  name: 'endpoints secret',
  takes: endpointId,
  summary: 'show the signing secret, and the one before it while both sign',
  examples: ['posthorn endpoints secret ep_06d1…'],
  request: (id) => ({ path: `/v1/endpoints/${id}/secret` }),
});

type RotateOptions = { readonly secret?: string; readonly overlapMs?: string };

const rotate = serverCommand<RotateOptions>({
  name: 'endpoints rotate-secret',
  takes: [endpointId],
  summary: 'change the signing secret; the old one signs as well for a while',
  examples: [
    'posthorn endpoints rotate-secret ep_06d1…',
    'posthorn endpoints rotate-secret ep_06d1… --overlap-ms 3600000',
  ],
  options: [
    { flags: '--secret <secret>', says: 'your own: itself, @FILE, or - for standard input' },
    { flags: '--overlap-ms <ms>', says: 'how long the old one signs as well (default a day)' },
  ],
  run: async (call) => {
    const { secret: said, overlapMs } = call.options;
    const source = { option: '--secret', input: call.shell.input };
    const body = readFields({
      secret: said === undefined ? undefined : (await readSaid(said, source)).trim(),
      overlapMs: readNumber(overlapMs, '--overlap-ms'),
    });
    const [id = ''] = call.args;
    const path = `/v1/endpoints/${encodeURIComponent(id)}/secret/rotate`;
    return show(call, { method: 'POST', path, body });
  },
});

/** Commands about what an endpoint's requests are signed with. */
export const endpointSecretCommands = [secret, rotate];

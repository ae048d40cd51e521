import { exitCodes } from '../../app/exit-codes.ts';
import { answered } from '../api-client.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { readMoment } from '../read-moment.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand } from '../show.ts';
import { UsageError } from '../usage-error.ts';
import { readFields } from './read-fields.ts';

type Key = {
  readonly id: string;
  readonly tenantId: string | null;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
};

const list = listCommand<Key>({
  name: 'keys list',
  path: '/v1/keys',
  summary: 'list access keys, without their texts',
  examples: ['posthorn keys'],
  isDefault: true,
  cells: (key) => [
    ...[key.id, key.tenantId ?? 'operator', key.name, `…${key.hint}`, key.scopes.join(' ')],
    key.expiresAt === null ? 'does not expire' : `until ${key.expiresAt}`,
  ],
  none: 'no keys',
});

type CreateOptions = {
  readonly scopes?: readonly string[];
  readonly expires?: string;
  readonly operator?: boolean;
  readonly for?: string;
};

const create = serverCommand<CreateOptions>({
  name: 'keys create',
  takes: [['<name>', 'what the key is for']],
  summary: 'make an access key; its text is shown this once',
  examples: [
    'posthorn keys create "checkout service" --scopes events:write',
    'posthorn keys create support --scopes read replay --expires 2027-01-01 --tenant acme',
  ],
  options: [
    {
      flags: '--scopes <scope...>',
      says: 'what it allows: events:write read manage replay secrets admin',
    },
    { flags: '--expires <time>', says: 'when it ends' },
    { flags: '--for <tenant>', says: 'whose key, when asked by an operator' },
    { flags: '--operator', says: 'a key of the operator' },
  ],
  run: async ({ api, shell, options, args: [name] }) => {
    const { scopes, expires, json } = options;
    if (scopes === undefined) throw new UsageError('--scopes: say what the key may do');
    const expiresAt = readMoment(expires, { option: '--expires', now: shell.now() });
    const tenantId = options.operator === true ? null : options.for;
    const body = readFields({ name, scopes, expiresAt, tenantId });
    const answer = await api.ask({ method: 'POST', path: '/v1/keys', body });
    const { id, key } = answered<{ id: string; key: string }>(answer);
    if (json === true) printJsonText(shell, answer.text);
    else printLines(shell, [`id: ${id}`, `key: ${key}`]);
    return exitCodes.ok;
  },
});

const remove = idCommand<Key>({
  name: 'keys delete',
  takes: ['<id>', 'the id of a key'],
  summary: 'end an access key at once',
  examples: ['posthorn keys delete key_06d1…'],
  request: (id) => ({ method: 'DELETE', path: `/v1/keys/${id}` }),
  done: (id) => `${id} allows nothing any more`,
});

/** `posthorn keys`: who may do what. */
export const keysNoun: Noun = {
  noun: 'keys',
  summary: 'make and end access keys',
  commands: [list, create, remove],
};

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { exitCodes } from '../app/exit-codes.ts';
import { systemChance } from '../app/system-chance.ts';
import type { StoredEvent } from '../core/event.ts';
import { secretText } from '../core/secret-text.ts';
import { readSecret } from '../core/standard-secret.ts';
import { apiClient } from './api-client.ts';
import type { Connection } from './api-client.ts';
import { command, jsonOption } from './command.ts';
import type { CommandCall } from './command.ts';
import { connectOptions, findConnection } from './connect.ts';
import type { ConnectOptions } from './connect.ts';
import { followStream } from './listen/follow-stream.ts';
import { Listener } from './listen/listener.ts';
import { ListenState } from './listen/listen-state.ts';
import type { ListenKept } from './listen/listen-state.ts';
import { readStreamedEvent } from './listen/read-streamed-event.ts';
import { readNumber } from './nouns/read-fields.ts';
import { packageVersion } from './package-version.ts';
import { readSaid } from './read-input.ts';
import { say } from './shell.ts';
import type { Shell } from './shell.ts';
import { UsageError } from './usage-error.ts';

type ListenOptions = ConnectOptions & {
  readonly types?: string;
  readonly secret?: string;
  readonly state?: string;
  readonly fromStart?: boolean;
  readonly attempts?: string;
  readonly json?: boolean;
};

type ListenCall = CommandCall<ListenOptions>;

/** `posthorn listen`: webhooks on a machine that nobody can reach. */
export const listenCommand = command<ListenOptions>({
  name: 'listen',
  takes: [['[target]', 'where events go: a port, or a URL; without it they are only shown']],
  summary: 'forward events to a program on this machine, as webhooks',
  examples: [
    'posthorn listen 3000',
    'posthorn listen http://localhost:3000/webhooks --types task.*,bundle.finalized',
    'posthorn listen 3000/hook --from-start --secret @hook.secret',
  ],
  about: [
    'No public address is needed: events are fetched, and posted as an endpoint would get them,',
    'byte for byte, signed with a secret of this machine. They go one after the other, each until',
    'it is answered with a 2xx. How far it has come stands in a file, so that the next start goes',
    'on there: after sleep, a restart or a broken line nothing is lost.',
  ],
  options: [
    { flags: '--types <patterns>', says: 'only these, such as task.*,bundle.finalized' },
    { flags: '--secret <secret>', says: 'whsec_…: itself, or @FILE (default: one is made)' },
    { flags: '--from-start', says: 'begin with the oldest event that is kept' },
    { flags: '--attempts <count>', says: 'go on after so many failures (default: never)' },
    { flags: '--state <file>', says: 'where to keep how far it has come' },
    jsonOption,
    ...connectOptions,
  ],
  run: async (call) => {
    const { shell, options } = call;
    const connection = await findConnection(options, shell.env);
    const target = targetOf(call.args[0]);
    const path = pathOf(options.types);
    const state = new ListenState(
      options.state ?? stateFile(shell, [connection.url, path, target]),
    );
    const kept = await begin(call, state);
    const listener = listenerOf(call, { target, secret: kept.secret });
    say(shell, `following ${connection.url}; Ctrl-C ends it, ${state.path} says where to go on`);
    if (target !== null) say(shell, `posting to ${target.href}, signed with ${kept.secret}`);
    await run({ connection, path, shell, state, listener }, kept);
    return exitCodes.ok;
  },
});

type Running = {
  readonly connection: Connection;
  readonly path: string;
  readonly shell: Shell;
  readonly state: ListenState;
  readonly listener: Listener;
};

async function run(running: Running, { after, secret }: ListenKept): Promise<void> {
  const { connection, path, shell, state, listener } = running;
  for await (const message of followStream({ connection, path, after }, shell)) {
    if (message.data !== null) {
      const event = await exactEvent(connection, message.data);
      if (!(await listener.take(event))) return;
    }
    if (message.lastEventId === '') continue;
    await state.keep({ after: message.lastEventId, secret });
  }
}

async function exactEvent(connection: Connection, text: string): Promise<StoredEvent> {
  const { event, isExact } = readStreamedEvent(text);
  if (isExact) return event;
  const path = `/v1/events/${encodeURIComponent(event.id)}`;
  const tenant = connection.tenant === '*' ? event.tenantId : connection.tenant;
  const answer = await apiClient({ ...connection, tenant }).ask({ path });
  return readStreamedEvent(answer.text).event;
}

/** What holds when it begins: as kept, but for what was asked. */
async function begin({ shell, options }: ListenCall, state: ListenState): Promise<ListenKept> {
  const before = await state.read();
  const asked = await askedSecret(shell, options.secret);
  const after = options.fromStart === true ? '0' : (before?.after ?? null);
  return { after, secret: asked ?? before?.secret ?? secretText(systemChance) };
}

async function askedSecret({ input }: Shell, said: string | undefined): Promise<string | null> {
  if (said === undefined) return null;
  const secret = (await readSaid(said, { option: '--secret', input })).trim();
  if (readSecret(secret).is === 'symmetric') return secret;
  throw new UsageError('--secret: must be whsec_ and base64');
}

function listenerOf(
  { shell, options }: ListenCall,
  { target, secret }: { target: URL | null; secret: string },
): Listener {
  const attempts = readNumber(options.attempts, '--attempts') ?? null;
  if (attempts !== null && attempts < 1) throw new UsageError('--attempts: must be 1 or more');
  const userAgent = `posthorn/${packageVersion()}`;
  return new Listener(
    { target, secret, userAgent, attempts, isJson: options.json === true },
    shell,
  );
}

function targetOf(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = /^\d{1,5}(\/|$)/.test(text) ? `http://localhost:${text}` : text;
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target !== null && /^https?:$/.test(target.protocol)) return target;
  throw new UsageError('the target must be a port such as 3000, or an http or https URL');
}

function pathOf(types: string | undefined): string {
  return types === undefined ? '/v1/stream' : `/v1/stream?types=${encodeURIComponent(types)}`;
}

/** One file for each thing that is followed and each place that it is handed on to. */
function stateFile({ env }: Shell, followed: readonly (string | URL | null)[]): string {
  const home = env['XDG_STATE_HOME'] || (env['HOME'] && join(env['HOME'], '.local', 'state'));
  if (!home) throw new UsageError('--state: is needed, as there is no HOME');
  const digest = createHash('sha256').update(followed.join('\n')).digest('hex');
  return join(home, 'posthorn', `listen-${digest.slice(0, 12)}.json`);
}

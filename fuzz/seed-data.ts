import type { FuzzedServer } from './fuzzed-server.ts';

/** Real ids by the path whose `{…}` they fill; those that an operation ends are its own. */
export type Seeded = Readonly<Record<string, readonly string[]>>;

const spares = 20;
const attemptsWanted = 4;
const looks = 100;
const lookMs = 100;

/** Puts something of every kind into the server. */
export async function seedData(server: FuzzedServer): Promise<Seeded> {
  const make = async (path: string, body: (at: number) => object, count = spares) =>
    Promise.all(Array.from({ length: count }, async (_, at) => post(server, path, body(at))));
  const url = server.receiver;
  const tenants = await make('/v1/tenants', (at) => ({ id: `tenant-${at}` }));
  const types = await make('/v1/event-types', (at) => ({ type: `fuzz.type-${at}` }));
  const endpoints = await make('/v1/endpoints', (at) => ({ url, types: [`fuzz.type-${at}`] }));
  const subscriptions = await make('/v1/subscriptions', (at) => ({
    ...{ endpointId: endpoints[at]?.id, types: ['task.*'], filter: 'data.n > 0' },
  }));
  const keys = await make('/v1/keys', (at) => ({ name: `key ${at}`, scopes: ['read'] }));
  const events = await make('/v1/events', (at) => ({ type: `fuzz.type-${at}`, data: { n: at } }));
  const replays = await make('/v1/replays', () => ({ only: 'dead' }), attemptsWanted);
  const attempts = await attemptsOf(server);
  return {
    '/v1/attempts/{id}': idsOf(attempts),
    '/v1/deliveries/{id}': idsOf(await list(server, '/v1/deliveries')),
    ...split('/v1/endpoints/{id}', idsOf(endpoints)),
    ...split(
      '/v1/event-types/{type}',
      types.map(({ type = '' }) => type),
    ),
    ...split('/v1/events/{id}', idsOf(events)),
    ...split('/v1/keys/{id}', idsOf(keys)),
    '/v1/replays/{id}': idsOf(replays),
    ...split('/v1/subscriptions/{id}', idsOf(subscriptions)),
    ...split('/v1/tenants/{id}', idsOf(tenants)),
  };
}

type Made = { id?: string; type?: string };

/** Half to read and change, half to end. */
function split(path: string, ids: readonly string[]): Seeded {
  const half = ids.length / 2;
  return { [path]: ids.slice(0, half), [`DELETE ${path}`]: ids.slice(half) };
}

function idsOf(made: readonly Made[]): string[] {
  return made.map(({ id = '' }) => id);
}

async function attemptsOf(server: FuzzedServer): Promise<Made[]> {
  for (let look = 0; look < looks; look += 1) {
    const made = await list(server, '/v1/attempts');
    if (made.length >= attemptsWanted) return made;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  throw new Error('nothing was delivered before fuzzing');
}

async function post(server: FuzzedServer, path: string, body: object): Promise<Made> {
  return (await ask(server, path, { method: 'POST', body: JSON.stringify(body) })) as Made;
}

async function list(server: FuzzedServer, path: string): Promise<Made[]> {
  return ((await ask(server, `${path}?limit=100`)) as { data: Made[] }).data;
}

async function ask({ url, key }: FuzzedServer, path: string, sent: RequestInit = {}) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'posthorn-tenant': 'default',
  };
  const answer = await fetch(url + path, { ...sent, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as unknown;
}

import { createServer } from 'node:net';
import { limits } from '../../core/limits.ts';
import type { Config } from '../config.ts';
import { readAddress, readOperatorKey } from '../data-dir.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

type Place = Pick<Config, 'dataDir' | 'host' | 'port' | 'adminKey'>;

/**
 * The server of this data directory: whether it answers, takes our key and agrees on the time; or,
 * when none runs, whether its port is free.
 */
export async function examineServer(place: Place, now: () => number): Promise<Finding[]> {
  const address = await readAddress(place.dataDir);
  if (address === null) return [await port(place)];
  const url = `${address.url}/readyz`;
  const answer = await ask(url, {});
  if (answer === null) {
    const says = `no server answers at ${address.url}, though its data directory names it`;
    return [broken('server', says, 'start it again: posthorn serve'), await port(place)];
  }
  return [readiness(address.url, answer), skew(answer, now()), await key(place, address.url)];
}

type Heard = { readonly status: number; readonly date: string | null; readonly text: string };

async function ask(url: string, headers: Record<string, string>): Promise<Heard | null> {
  try {
    const signal = AbortSignal.timeout(limits.commandMs);
    const response = await fetch(url, { headers, signal });
    const { status } = response;
    return { status, date: response.headers.get('date'), text: await response.text() };
  } catch {
    // Whatever kept it from answering, it does not answer.
    return null;
  }
}

function readiness(url: string, { status, text }: Heard): Finding {
  if (status === 200) return fine('server', `${url} is ready`);
  return broken('server', `${url} is not ready: ${text.slice(0, 200)}`, 'see its log');
}

function skew({ date }: Heard, now: number): Finding {
  const awayMs = date === null ? 0 : now - Date.parse(date);
  // The server’s header tells whole seconds.
  const says = `${Math.round(Math.abs(awayMs) / 1_000)} s from the server’s`;
  if (Math.abs(awayMs) <= limits.clockSkewMs) return fine('clock', says);
  return doubtful('clock', says, 'set the clock: receivers refuse signatures of another time');
}

async function key({ dataDir, adminKey }: Place, url: string): Promise<Finding> {
  const text = adminKey ?? (await readOperatorKey(dataDir));
  if (text === null) {
    return doubtful('key', 'there is no operator key here', 'set POSTHORN_ADMIN_KEY and restart');
  }
  const answer = await ask(`${url}/v1/keys?limit=1`, { authorization: `Bearer ${text}` });
  if (answer?.status === 200) return fine('key', 'the operator key works');
  const says = `the operator key is answered ${answer?.status ?? 'nothing'}`;
  return broken('key', says, 'restart the server: it takes the key of its data directory');
}

function port({ host, port: number }: Place): Promise<Finding> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const says = `${host}:${number} cannot be listened on (${cause.code ?? 'unknown'})`;
      resolve(broken('port', says, 'end what uses it, or choose another with --port'));
    });
    probe.listen(number, host, () => {
      probe.close(() => resolve(fine('port', `${host}:${number} is free; no server runs here`)));
    });
  });
}

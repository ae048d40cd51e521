import { eventBody } from '../http/event-bytes.ts';
import type { Figure } from '../figure.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { fill, publish } from './publish.ts';
import { figure, type Bench, type Row } from './row.ts';

const row = 'ordered key';
const keyCount = 1_000;
const connectionCount = 200;
// Fails on and on while the row is measured; the default schedule would rest for minutes.
const retry = {
  kind: 'exponential',
  initialMs: 1_000,
  factor: 1,
  maxDelayMs: 1_000,
  maxAttempts: 50,
  jitter: 0,
};

/** The rate of other keys beside one key whose first event fails while the rest wait behind it. */
export const orderedKey: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const { stage, scale, tell } = bench;
    await using server = await startServer(stage, stage.newDir());
    await createOrderedEndpoint(bench, server);
    await otherKeys(bench, server, 'warm-up');
    const alone = await ratesOf(bench, server, 'alone');
    tell(`${row}: one failing key gets ${scale.followerCount} followers`);
    await fill(bench, server, { count: scale.followerCount, key: 'stuck' });
    const beside = await ratesOf(bench, server, 'beside');
    const samples = beside.map((rate, index) => rate / (alone[index] ?? Number.NaN));
    const note = `${list(beside)} beside, ${list(alone)} deliveries/s alone`;
    const says = `other keys' rate beside ${scale.followerCount} stuck followers ÷ alone`;
    return [figure({ row, says, bound: 'at least', must: 0.9 }, samples, note)];
  },
};

async function createOrderedEndpoint({ actors }: Bench, { api }: ServerProcess): Promise<void> {
  const { id } = await api.createEndpoint(`${actors.receiverUrl}/keyed`, { retry });
  await api.post('/v1/subscriptions', { endpointId: id, types: ['*'], order: 'key' });
}

async function ratesOf(bench: Bench, server: ServerProcess, label: string): Promise<number[]> {
  const rates: number[] = [];
  for (let number = 1; number <= bench.scale.repeats; number += 1) {
    rates.push(await otherKeys(bench, server, `${label} ${number}/${bench.scale.repeats}`));
  }
  return rates;
}

async function otherKeys(bench: Bench, server: ServerProcess, label: string): Promise<number> {
  const { actors, scale, tell } = bench;
  tell(`${row}: ${label}`);
  const count = scale.keyedCount;
  const keys = Array.from({ length: keyCount }, (_, number) => `key-${number}`);
  const bodies = keys.map((key) => eventBody({ key }));
  await actors.receiver('reset', null);
  const wish = { bodies, requestCount: count, connectionCount };
  const { startedAtUs } = await publish(bench, server, wish);
  const tally = await actors.receiver('until', { count, waitMs: scale.waitMs });
  if (tally.answeredCount !== count) throw new Error(`${tally.answeredCount} of ${count} arrived`);
  return (count * 1e6) / (tally.lastAtUs - startedAtUs);
}

function list(rates: readonly number[]): string {
  return rates.map(Math.round).join(', ');
}

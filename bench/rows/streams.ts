import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { quantile } from '../stage/quantile.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'streams';
const streamCount = 1_000;
const eventsPerSecond = 10;
const arrivalPollMs = 10;

type Sample = {
  readonly arrivalP99Ms: number;
  readonly residentKbPerStream: number;
  readonly cpuUsPerMessage: number;
};

/** How long each event takes to reach all of a thousand open streams. */
export const streams: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const samples = await repeat(bench, row, () => sample(bench));
    const says = `p99 from accept to stream, ${streamCount} open`;
    return [
      figure(
        { row, says, unit: 'ms', bound: 'at most', must: 250 },
        samples.map(({ arrivalP99Ms }) => arrivalP99Ms),
        samples
          .map(({ residentKbPerStream: kb, cpuUsPerMessage: us }) => {
            return `${kb.toFixed(0)} kB a stream, ${us.toFixed(0)} µs a message`;
          })
          .join('; '),
      ),
    ];
  },
};

async function sample(bench: Bench): Promise<Sample> {
  const { stage, scale } = bench;
  await using server = await startServer(stage, stage.newDir());
  const idle = server.figures();
  const arrivals: number[][] = [];
  const agent = new Agent({ maxSockets: Infinity });
  const opened = Array.from({ length: streamCount }, () => open(server, agent, arrivals));
  const answers = await Promise.all(opened);
  const before = server.figures();
  const eventCount = eventsPerSecond * scale.rateSeconds;
  const acceptedAt: number[] = [];
  for (let number = 0; number < eventCount; number += 1) {
    const next = wait(1_000 / eventsPerSecond);
    await server.api.post('/v1/events', { type: 'bench.event', data: { number } });
    acceptedAt.push(performance.now());
    await next;
  }
  await allArrived(arrivals, eventCount, scale.waitMs);
  const after = server.figures();
  for (const answer of answers) answer.destroy();
  agent.destroy();
  const waits = acceptedAt.flatMap((at, number) =>
    (arrivals[number] ?? []).map((arrivedAt) => Math.max(0, arrivedAt - at)),
  );
  return {
    arrivalP99Ms: quantile(waits, 0.99),
    residentKbPerStream: ((before.residentMb - idle.residentMb) * 1_024) / streamCount,
    cpuUsPerMessage: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / waits.length,
  };
}

/** Opens a stream that notes when the message of each event came. */
async function open(
  { api }: ServerProcess,
  agent: Agent,
  arrivals: number[][],
): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${api.key}` };
  const asked = get({ host: '127.0.0.1', port: api.port, path: '/v1/stream', headers, agent });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let rest = '';
  answer.setEncoding('latin1').on('data', (piece: string) => {
    const messages = (rest + piece).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const number = /"data":\{"number":(\d+)\}/.exec(message)?.[1];
      if (number !== undefined) (arrivals[Number(number)] ??= []).push(performance.now());
    }
  });
  // What ends it is this row, which has all that it needs by then.
  answer.on('error', () => undefined);
  return answer;
}

async function allArrived(
  arrivals: readonly number[][],
  eventCount: number,
  waitMs: number,
): Promise<void> {
  const endAt = performance.now() + waitMs;
  const count = (): number => arrivals.reduce((sum, each) => sum + each.length, 0);
  while (count() < eventCount * streamCount) {
    if (performance.now() > endAt) throw new Error(`only ${count()} messages arrived`);
    await wait(arrivalPollMs);
  }
}

import { batchBody, eventBody } from '../http/event-bytes.ts';
import type { Figure } from '../figure.ts';
import { startServer, type ServerProcess } from '../stage/server-process.ts';
import { publish } from './publish.ts';
import { timedAges } from './rated.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';

const row = 'neighbours';
const hangingCount = 500;
/** Deliveries owed to each hanging endpoint from the start: more than one may have in flight. */
const owedToEach = 10;
const timed = 'healthy.progress';

/** A healthy endpoint's p99 beside endpoints that never answer, and by itself. */
export const neighbours: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const taken = await repeat(bench, row, () => sample(bench));
    const most = { row, bound: 'at most' } as const;
    const beside1 = { ...most, says: 'p99 beside one hanging ÷ quiet p99', must: 1.5, aim: 1.2 };
    const beside500 = {
      ...most,
      says: `p99 beside ${hangingCount} ÷ quiet p99`,
      must: 2,
      aim: 1.3,
    };
    return [
      againstQuiet(
        beside1,
        taken.map(({ quiet, one }) => ({ quiet, beside: one })),
      ),
      againstQuiet(
        beside500,
        taken.map(({ quiet, many }) => ({ quiet, beside: many })),
      ),
    ];
  },
};

function againstQuiet(
  promised: Parameters<typeof figure>[0],
  taken: readonly { quiet: number; beside: number }[],
): Figure {
  const shown = taken.map(({ quiet, beside }) => `${beside.toFixed(1)} / ${quiet.toFixed(1)}`);
  const ratios = taken.map(({ quiet, beside }) => beside / quiet);
  return figure(promised, ratios, `${shown.join(', ')} ms`);
}

async function sample(bench: Bench): Promise<{ quiet: number; one: number; many: number }> {
  const quiet = await healthyP99(bench, 0);
  const one = await healthyP99(bench, 1);
  const many = await healthyP99(bench, hangingCount);
  return { quiet, one, many };
}

/** On a server of its own, so that no breaker is open yet when the measuring begins. */
async function healthyP99(bench: Bench, count: number): Promise<number> {
  const { stage, actors } = bench;
  await using server = await startServer(stage, stage.newDir());
  await server.api.createEndpoint(`${actors.receiverUrl}/timed`, { types: [timed] });
  const besides = Array.from({ length: count }, (_, number) => `hanging.n${number}`);
  for (const type of besides) {
    await server.api.createEndpoint(`${actors.receiverUrl}/hang/${type}`, { types: [type] });
  }
  if (count > 0) await owe(bench, server, besides);
  const { p99Ms } = await timedAges(bench, server, { timed, besides });
  return p99Ms;
}

async function owe(bench: Bench, server: ServerProcess, types: readonly string[]): Promise<void> {
  await publish(bench, server, {
    isBatch: true,
    bodies: types.map((type) => batchBody(owedToEach, eventBody({ type }))),
    requestCount: types.length,
    connectionCount: 1,
  });
}

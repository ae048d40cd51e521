import type { Figure } from '../figure.ts';
import { missingAttempts, shareOfLoop } from './one-endpoint.ts';
import type { Bench, Row } from './row.ts';
import { throughputs } from './throughput.ts';

const row = 'fan-out 10';

/** Deliveries per second when each event goes to ten endpoints. */
export const fanOut: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const samples = await throughputs(bench, 10);
    const promised = { row, says: 'single POSTs ÷ loop', bound: 'at least', must: 0.65 } as const;
    return [shareOfLoop({ ...promised, aim: 0.85 }, samples), missingAttempts(row, samples)];
  },
};

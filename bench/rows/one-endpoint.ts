import type { Figure } from '../figure.ts';
import { figure, repeat, type Bench, type Row } from './row.ts';
import { sample, throughputs, type ThroughputSample } from './throughput.ts';

const row = 'one endpoint';
const batchSize = 100;

/** Deliveries per second to one endpoint, publishing included. */
export const oneEndpoint: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const singles = await throughputs(bench, 1);
    const takeBatches = () => sample(bench, { fanOut: 1, batchSize });
    const batches = await repeat(bench, `batches of ${batchSize}`, takeBatches);
    const least = { row, bound: 'at least', must: 0.35, aim: 0.5 } as const;
    const beside = { ...least, must: null, aim: null };
    return [
      shareOfLoop({ ...least, says: 'single POSTs ÷ loop' }, singles),
      shareOfLoop({ ...beside, says: `batches of ${batchSize} ÷ loop` }, batches),
      missingAttempts(row, [...singles, ...batches]),
    ];
  },
};

/** The rate of each sample as a share of the loop taken right before it. */
export function shareOfLoop(
  promised: Parameters<typeof figure>[0],
  taken: readonly ThroughputSample[],
): Figure {
  const rates = taken.map(({ deliveriesPerSecond }) => Math.round(deliveriesPerSecond));
  const shares = taken.map((one) => one.deliveriesPerSecond / one.loop.ratePerSecond);
  return figure(promised, shares, `${rates.join(', ')} deliveries/s`);
}

/** Whether every delivery that arrived has its attempt in the log. */
export function missingAttempts(of: string, samples: readonly ThroughputSample[]): Figure {
  const missing = samples.map((one) => Math.abs(one.missingAttempts));
  const says = 'arrivals without their attempt in the log';
  const promised = {
    row: of,
    says,
    bound: 'at most',
    must: 0,
    seen: Math.max(...missing),
  } as const;
  return figure(promised, missing);
}

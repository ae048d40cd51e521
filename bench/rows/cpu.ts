import type { Figure } from '../figure.ts';
import { figure, type Bench, type Row } from './row.ts';
import { throughputs } from './throughput.ts';

const row = 'cpu';
const goals = [
  { fanOut: 1, must: 4, aim: 2.5 },
  { fanOut: 10, must: 2.5, aim: 1.5 },
];

/** CPU time per 1,000 deliveries, all threads of the server, publishing and logging included. */
export const cpu: Row = {
  name: row,
  async measure(bench: Bench): Promise<Figure[]> {
    const figures: Figure[] = [];
    for (const { fanOut, must, aim } of goals) {
      const taken = await throughputs(bench, fanOut);
      const samples = taken.map((one) => one.cpuSecondsPer1000 / one.loop.cpuSecondsPer1000);
      const seconds = taken.map((one) => one.cpuSecondsPer1000.toFixed(3));
      const says = `CPU per 1,000 at fan-out ${fanOut} ÷ loop's`;
      const promised = { row, says, bound: 'at most', must, aim } as const;
      figures.push(figure(promised, samples, `${seconds.join(', ')} s`));
    }
    return figures;
  },
};

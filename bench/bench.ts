/**
 * `npm run bench [-- --quick] [-- --only ROW] [-- --json]`: measures every promise about speed,
 * memory and CPU. Progress goes to standard error, the table to standard output; exit 1 when one
 * is broken.
 */
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { asJson, asTable, holds, type Report } from './report.ts';
import { allRows } from './rows/all.ts';
import type { Bench, Row } from './rows/row.ts';
import { fullScale, quickScale } from './scale.ts';
import { startActors } from './stage/actors.ts';
import { median } from './stage/quantile.ts';
import { Stage } from './stage/stage.ts';

const usageExit = 64;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const rows = wantedRows(values.only);
if (process.platform !== 'linux') refuse('it reads /proc, which only Linux has');

const stage = new Stage();
const bench: Bench = {
  stage,
  actors: await startActors(stage),
  scale: values.quick ? quickScale : fullScale,
  throughputs: new Map(),
  tell,
};
const report = await measure(rows);
process.stdout.write(`${values.json ? asJson(report) : asTable(report)}\n`);
process.exit(holds(report) ? 0 : 1);

async function measure(wanted: readonly Row[]): Promise<Report> {
  const figures: Figure[] = [];
  const broken: Report['broken'][number][] = [];
  for (const row of wanted) {
    try {
      figures.push(...(await row.measure(bench)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      broken.push({ row: row.name, reason });
      tell(`${row.name} broke off: ${reason}`);
    }
  }
  const loops = [...bench.throughputs.values()].flat().map(({ loop }) => loop);
  const isLooped = loops.length > 0;
  return {
    loopRate: isLooped ? median(loops.map((loop) => loop.ratePerSecond)) : null,
    loopCpuSecondsPer1000: isLooped ? median(loops.map((loop) => loop.cpuSecondsPer1000)) : null,
    figures,
    broken,
  };
}

function wantedRows(names: readonly string[]): readonly Row[] {
  const unknown = names.find((name) => allRows.every((row) => row.name !== name));
  const known = allRows.map((row) => row.name).join(', ');
  if (unknown !== undefined) refuse(`there is no row "${unknown}"; there are: ${known}`);
  return names.length === 0 ? allRows : allRows.filter((row) => names.includes(row.name));
}

function tell(progress: string): void {
  const seconds = (performance.now() / 1_000).toFixed(0).padStart(4);
  process.stderr.write(`bench ${seconds} s  ${progress}\n`);
}

function refuse(reason: string): never {
  process.stderr.write(`bench: ${reason}\n`);
  process.exit(usageExit);
}

import { verdictOf, type Figure } from './figure.ts';

/** The loop of a run is called noisy below this rate. */
export const quietLoopRate = 20_000;

/** Everything a run found. */
export type Report = {
  readonly loopRate: number | null;
  readonly loopCpuSecondsPer1000: number | null;
  readonly figures: readonly Figure[];
  /** Rows that broke off, with the reason. */
  readonly broken: readonly { row: string; reason: string }[];
};

/** Whether every promise that was measured holds. */
export function holds({ figures, broken }: Report): boolean {
  return broken.length === 0 && figures.every((one) => verdictOf(one) !== 'FALLS SHORT');
}

/** The report for machines. */
export function asJson(report: Report): string {
  const figures = report.figures.map((one) => ({ ...one, verdict: verdictOf(one) }));
  return JSON.stringify({ ...report, isNoisy: isNoisy(report), holds: holds(report), figures });
}

/** The report for people. */
export function asTable(report: Report): string {
  const head = ['row', 'what', 'must', 'aim', 'seen', 'verdict', 'samples', ''];
  const lines = [head, ...report.figures.map(cells)];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => length(line[column]))));
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const broken = report.broken.map(({ row, reason }) => `${row}: BROKE OFF, ${reason}`);
  return [loopLine(report), '', ...table, ...broken].join('\n');
}

function loopLine(report: Report): string {
  const { loopRate, loopCpuSecondsPer1000 } = report;
  if (loopRate === null || loopCpuSecondsPer1000 === null) return 'loop: not needed by these rows';
  const cpu = loopCpuSecondsPer1000.toFixed(3);
  const noise = isNoisy(report) ? `; below ${quietLoopRate}/s: this run is NOISY` : '';
  return `loop: ${Math.round(loopRate)} POST/s, ${cpu} CPU-seconds per 1,000${noise}`;
}

function isNoisy({ loopRate }: Report): boolean {
  return loopRate !== null && loopRate < quietLoopRate;
}

function cells(one: Figure): string[] {
  const sign = one.bound === 'at least' ? '≥' : '≤';
  const goal = (value: number | null) => (value === null ? '–' : `${sign} ${short(value)}`);
  const seen = `${short(one.seen)}${one.unit === '' ? '' : ` ${one.unit}`}`;
  const samples = one.samples.map(short).join(' ');
  return [
    one.row,
    one.says,
    goal(one.must),
    goal(one.aim),
    seen,
    verdictOf(one),
    samples,
    one.note,
  ];
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function length(cell: string | undefined): number {
  return cell?.length ?? 0;
}

import { Presets, SingleBar } from 'cli-progress';
import { say } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** Shows on standard error how far bulk work has come. */
export type Progress = {
  update(doneCount: number, totalCount: number): void;
  end(): void;
};

type Work = {
  /** What is counted, in the plural: `deliveries`. */
  readonly things: string;
  /** How many a second so far. */
  readonly rate: (doneCount: number) => number;
};

const steps = 10;

/** A bar with rate and time to go; where nobody watches, one line for each tenth. */
export function startProgress(shell: Shell, things: string): Progress {
  const startedAt = shell.now();
  const rate = (doneCount: number): number =>
    Math.round((doneCount * 1_000) / Math.max(1, shell.now() - startedAt));
  const { terminal } = shell;
  return terminal === null ? lines(shell, { things, rate }) : bar(terminal, { things, rate });
}

function lines(shell: Shell, { things, rate }: Work): Progress {
  let told = 0;
  return {
    update: (doneCount, totalCount) => {
      const step = Math.floor((steps * doneCount) / Math.max(1, totalCount));
      if (step <= told) return;
      told = step;
      const perSecond = rate(doneCount);
      const left = perSecond === 0 ? '?' : String(Math.ceil((totalCount - doneCount) / perSecond));
      const how = `${doneCount} of ${totalCount} ${things}, ${perSecond}/s, ${left} s to go`;
      say(shell, `${(100 / steps) * step} %: ${how}`);
    },
    end: () => undefined,
  };
}

function bar(stream: NodeJS.WritableStream, { things, rate }: Work): Progress {
  const format = ` {bar} {percentage} % | {value}/{total} ${things} | {rate}/s | {eta_formatted}`;
  const shown = new SingleBar({ format, stream, gracefulExit: false }, Presets.shades_classic);
  let isShown = false;
  return {
    update: (doneCount, totalCount) => {
      if (!isShown) shown.start(totalCount, 0, { rate: 0 });
      isShown = true;
      shown.setTotal(totalCount);
      shown.update(doneCount, { rate: rate(doneCount) });
    },
    end: () => {
      if (isShown) shown.stop();
      isShown = false;
    },
  };
}

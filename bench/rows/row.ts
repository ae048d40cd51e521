import type { Figure } from '../figure.ts';
import type { Scale } from '../scale.ts';
import type { Actors } from '../stage/actors.ts';
import { median } from '../stage/quantile.ts';
import type { Stage } from '../stage/stage.ts';
import type { ThroughputSample } from './throughput.ts';

/** What every row is given. */
export type Bench = {
  readonly stage: Stage;
  readonly actors: Actors;
  readonly scale: Scale;
  /** Samples that more than one row reads, by fan-out; taken once. */
  readonly throughputs: Map<number, ThroughputSample[]>;
  readonly tell: (progress: string) => void;
};

/** One line of the table of promises. */
export type Row = {
  readonly name: string;
  readonly measure: (bench: Bench) => Promise<Figure[]>;
};

type Promised = Pick<Figure, 'row' | 'says' | 'bound' | 'must'> & Partial<Figure>;

/** Makes a figure from a promise and the samples taken of it. */
export function figure(promised: Promised, samples: readonly number[], note = ''): Figure {
  return { unit: '', aim: null, seen: median(samples), ...promised, samples, note };
}

/** Takes a sample as often as the scale says, one after the other. */
export async function repeat<T>(
  { scale, tell }: Bench,
  label: string,
  take: () => Promise<T>,
): Promise<T[]> {
  const samples: T[] = [];
  for (let number = 1; number <= scale.repeats; number += 1) {
    tell(`${label} ${number}/${scale.repeats}`);
    samples.push(await take());
  }
  return samples;
}

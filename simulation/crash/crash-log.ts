import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** One request as the receiver saw it. Instants are monotonic microseconds of the machine. */
export type Arrival = {
  /** The webhook-id, which is the event's id. */
  readonly eventId: string;
  readonly endpoint: string;
  readonly bodyHash: string;
  /** The hash of the event's data, as the publisher hashed it. */
  readonly dataHash: string;
  /** What `posthorn-attempt` said. */
  readonly attempt: number;
  readonly atUs: number;
  readonly isVerified: boolean;
  /** What it was answered. */
  readonly status: number;
};

/** What the publisher did: it writes `sent` before the first try, `acknowledged` after the 202. */
export type Publication = {
  readonly did: 'sent' | 'acknowledged';
  readonly eventId: string;
  readonly dataHash: string;
};

/** Appends one line to a log; the line is in the kernel when this returns. */
export function appendLine(file: string, line: Arrival | Publication): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Reads a whole log. */
export function readLines<Line extends Arrival | Publication>(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

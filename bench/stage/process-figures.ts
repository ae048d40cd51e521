import { readFileSync } from 'node:fs';

// USER_HZ is 100 on every Linux that Node runs on.
const ticksPerSecond = 100;
const bytesPerMb = 1e6;

/** What a process has used so far. */
export type ProcessFigures = {
  /** User and system time of all its threads. */
  cpuSeconds: number;
  residentMb: number;
  peakResidentMb: number;
};

/** Reads what a process has used from /proc. */
export function processFigures(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuSeconds: cpuTicks(stat) / ticksPerSecond,
    residentMb: megabytes(status, 'VmRSS'),
    peakResidentMb: megabytes(status, 'VmHWM'),
  };
}

/** The name in brackets may hold spaces; utime and stime are fields 14 and 15. */
export function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function megabytes(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return (Number(kib) * 1_024) / bytesPerMb;
}

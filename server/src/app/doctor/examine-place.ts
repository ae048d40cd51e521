import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../core/limits.ts';
import { keptFiles } from '../data-dir.ts';
import { keyFiles } from '../kept-keys.ts';
import { broken, doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const nodeMajorMin = 24;
const othersBits = 0o077;
const mib = 1_048_576;

/** Whether this Node is new enough. */
export function examineNode(version: string): Finding {
  const major = Number(version.split('.')[0]);
  return major >= nodeMajorMin
    ? fine('node', `Node ${version}`)
    : broken('node', `Node ${version} is too old`, `install Node ${nodeMajorMin} or newer`);
}

/** The directory: whether it is there, its owner's alone, and has room. */
export async function examineDirectory(dataDir: string): Promise<Finding[]> {
  const found = await stat(dataDir).catch(() => null);
  if (found === null) {
    const says = `${dataDir} does not exist yet`;
    return [doubtful('directory', says, 'start a server: posthorn serve; or name it: --data')];
  }
  if (!found.isDirectory()) {
    return [broken('directory', `${dataDir} is not a directory`, 'name another one with --data')];
  }
  return [openness('directory', dataDir, found.mode), await room(dataDir)];
}

/** The key files: whether their owner alone can read them. */
export async function examineKeyFiles(dataDir: string): Promise<Finding[]> {
  const kept = await keptFiles(dataDir);
  const findings: Finding[] = [];
  for (const name of keyFiles) {
    if (!kept.has(name)) continue;
    const path = join(dataDir, name);
    findings.push(openness(name, path, (await stat(path)).mode));
  }
  return findings;
}

function openness(check: string, path: string, mode: number): Finding {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & othersBits) === 0) return fine(check, `${path} is its owner’s alone (${shown})`);
  return broken(check, `${path} is open to others (${shown})`, `chmod go= ${path}`);
}

async function room(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const [free, reserve] = [bavail * bsize, limits.diskReserveBytes];
  const says = `${Math.floor(free / mib)} MiB free`;
  const least = `below ${reserve / mib} MiB nothing is accepted`;
  if (free <= reserve) return broken('disk', `${says}; ${least}`, 'free some space');
  if (free <= 4 * reserve) return doubtful('disk', `${says}; ${least}`, 'free some space');
  return fine('disk', says);
}

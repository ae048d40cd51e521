import { PassThrough, Readable } from 'node:stream';
import { runCli } from '../run-cli.ts';
import type { Shell } from '../shell.ts';
import type { Ended } from './program.ts';

/** What a command is run with, besides its arguments. */
export type RunParts = {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly now?: number;
  /** Ends it, as Ctrl-C does. */
  readonly stop?: AbortSignal;
  readonly isTerminal?: boolean;
};

/** Runs a command line in this process, which costs no start of Node; the rest is as it is. */
export async function run(args: readonly string[], parts: RunParts = {}): Promise<Ended> {
  const { shell, wrote } = testShell(parts);
  const code = await runCli(args, shell);
  return { code, stdout: wrote.out, stderr: wrote.err };
}

/** A shell that waits for nothing, and what was written to it. */
export function testShell(parts: RunParts = {}) {
  const { env = {}, input = '', now, stop, isTerminal = false } = parts;
  const wrote = { out: '', err: '' };
  const stopping = stop ?? new AbortController().signal;
  const shell: Shell = {
    env,
    out: (text) => void (wrote.out += text),
    err: (text) => void (wrote.err += text),
    isOutTerminal: isTerminal,
    terminal: isTerminal ? new PassThrough() : null,
    input: Readable.from([Buffer.from(input)]),
    now: () => now ?? Date.now(),
    wait: () => Promise.resolve(),
    stop: () => stopping,
  };
  return { shell, wrote };
}

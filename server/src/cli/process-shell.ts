import { setTimeout as wait } from 'node:timers/promises';
import { exitCodes } from '../app/exit-codes.ts';
import type { Shell } from './shell.ts';

/** The shell of this process. */
export function processShell(): Shell {
  const { stdin, stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', endQuietly);
  let stopping: AbortController | null = null;
  return {
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isOutTerminal: stdout.isTTY,
    terminal: stderr.isTTY ? stderr : null,
    input: stdin,
    now: () => Date.now(),
    wait: (ms, signal) => wait(ms, undefined, { signal }),
    stop: () => {
      stopping ??= stopOnInterrupt();
      return stopping.signal;
    },
  };
}

/** A second Ctrl-C ends the process at once, as it does without us. */
function stopOnInterrupt(): AbortController {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('interrupted')));
  return controller;
}

/** Whoever read our output has seen enough: `posthorn events | head` is no failure. */
function endQuietly(cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE') process.exit(exitCodes.ok);
  throw cause;
}

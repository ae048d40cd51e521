import type { Logger } from 'pino';
import { attemptError } from '../core/attempt-error.ts';
import type { Emit, Signal } from '../core/signal.ts';
import type { LogLevel } from './create-log.ts';
import { logTable } from './log-table.ts';
import type { LogEvent } from './log-table.ts';

/**
 * Writes signals as lines by {@link logTable}. What stands below the log's level costs a look at a
 * table of booleans.
 */
export function logSignals(log: Logger, { hasAccessLog }: { hasAccessLog: boolean }): Emit {
  const isWritten = Object.fromEntries(
    Object.entries(logTable).map(([signal, event]) => [
      signal,
      (event.setting === undefined || hasAccessLog) &&
        [event.level, event.unless?.level].some((level) => level && log.isLevelEnabled(level)),
    ]),
  );
  return (signal) => {
    if (isWritten[signal.signal] !== true) return;
    const event = logTable[signal.signal];
    log[levelOf(event, signal)](fieldsOf(signal), event.says);
  };
}

function levelOf({ level, unless }: LogEvent, signal: Signal): LogLevel {
  if (unless === undefined) return level;
  const fields: Readonly<Record<string, unknown>> = signal;
  return fields[unless.field] === unless.is ? unless.level : level;
}

function fieldsOf(signal: Signal): object {
  if (signal.signal === 'attempt_ended') {
    const { outcome, ...rest } = signal;
    const statusCode = outcome.kind === 'answered' ? outcome.status : null;
    return { ...rest, statusCode, failure: attemptError(outcome) };
  }
  if (signal.signal === 'request_failed' || signal.signal === 'step_failed') {
    const { cause, ...rest } = signal;
    return { ...rest, error: cause };
  }
  return signal;
}

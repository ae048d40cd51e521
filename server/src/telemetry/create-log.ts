import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Names whose values never reach the log, wherever a logged object holds them. */
const secretNames = ['authorization', 'secret', 'secrets', 'key', 'password', 'masterKey'];

/** A log of one JSON object a line: `level`, `time` (RFC 3339), `msg`, and what belongs to it. */
export function createLog({
  level,
  to,
}: {
  level: 'debug' | 'info' | 'warn' | 'error';
  to: DestinationStream;
}): Logger {
  return pino(
    {
      level,
      base: null,
      errorKey: 'error',
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    to,
  );
}

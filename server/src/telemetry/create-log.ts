import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { loggedError } from './logged-error.ts';
import { scrubSecrets } from './scrub-secrets.ts';

/** How much is logged, most first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Names whose values never reach the log, wherever a logged object holds them. */
const secretNames = ['authorization', 'secret', 'secrets', 'key', 'password', 'masterKey'];

/** A log of one JSON object a line: `level`, `time` (RFC 3339), `msg`, and what belongs to it. */
export function createLog({ level, to }: { level: LogLevel; to: DestinationStream }): Logger {
  return pino(
    {
      level,
      base: null,
      errorKey: 'error',
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: scrubSecrets },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      serializers: { error: (thrown: unknown) => loggedError(thrown) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    to,
  );
}

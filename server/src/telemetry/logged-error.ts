import { limits } from '../core/limits.ts';

/** An error as the log shows it. */
type LoggedError = {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
};

const causesMax = 3;

/**
 * What of an error may be written: name, code, message, stack and its causes. Other properties may
 * hold what was sent or asked, and are left out.
 */
export function loggedError(thrown: unknown, causesLeft: number = causesMax): LoggedError {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: cut(String(thrown)) };
  const { name, message, stack, cause } = thrown;
  const code = 'code' in thrown ? { code: cut(String(thrown.code)) } : {};
  const because =
    cause === undefined || cause === null || causesLeft === 0
      ? {}
      : { cause: loggedError(cause, causesLeft - 1) };
  return {
    ...{ name, message: cut(message), ...code },
    ...(stack === undefined ? {} : { stack: cut(stack) }),
    ...because,
  };
}

function cut(text: string): string {
  return text.length <= limits.logTextChars ? text : `${text.slice(0, limits.logTextChars)}…`;
}

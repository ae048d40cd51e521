/** A place in a trace, as W3C Trace Context names it: a span that something is a child of. */
export type TraceContext = {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** The flags that have a meaning: 1 for sampled, 2 for a random trace id. */
  readonly flags: number;
  /** What other systems keep with the trace (`tracestate`), passed on as it came; null if none. */
  readonly state: string | null;
};

type Given = string | readonly string[] | undefined;

const parentPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const nothing = /^0+$/;
const knownFlags = 3;
const stateChars = 512;
const stateMembers = 32;
const keyPattern = /^[a-z0-9][a-z0-9_*/@-]{0,255}$/;
/** Visible ASCII and spaces, but for the signs that part members and their halves. */
const valuePattern = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/;

/**
 * Reads `traceparent` and `tracestate`; null when the first is not valid, whatever the second is.
 * A `tracestate` that is not valid is left out.
 *
 * @see https://www.w3.org/TR/trace-context-2/
 */
export function readTrace(parent: Given, state: Given): TraceContext | null {
  if (typeof parent !== 'string') return null;
  const [, version, traceId = '', spanId = '', flags = '', rest] = parentPattern.exec(parent) ?? [];
  if (version === undefined || version === 'ff') return null;
  if (version === '00' && rest !== undefined) return null;
  if (nothing.test(traceId) || nothing.test(spanId)) return null;
  const known = Number.parseInt(flags, 16) & knownFlags;
  return { traceId, spanId, flags: known, state: readState(state) };
}

/** The value of `traceparent` for a place in a trace. */
export function traceParent({ traceId, spanId, flags }: Omit<TraceContext, 'state'>): string {
  return `00-${traceId}-${spanId}-0${flags & knownFlags}`;
}

/** A place in a trace as one text, for a row. */
export function traceText(trace: TraceContext): string {
  const parent = traceParent(trace);
  return trace.state === null ? parent : `${parent} ${trace.state}`;
}

/** The place that {@link traceText} wrote. */
export function traceOfText(text: string): TraceContext | null {
  const space = text.indexOf(' ');
  if (space === -1) return readTrace(text, undefined);
  return readTrace(text.slice(0, space), text.slice(space + 1));
}

function readState(given: Given): string | null {
  const text = typeof given === 'object' ? given.join(',') : given;
  if (text === undefined || text.length > stateChars) return null;
  const members = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (members.length === 0 || members.length > stateMembers) return null;
  return members.every(isMember) ? members.join(',') : null;
}

function isMember(text: string): boolean {
  const at = text.indexOf('=');
  if (at === -1) return false;
  return keyPattern.test(text.slice(0, at)) && valuePattern.test(text.slice(at + 1));
}

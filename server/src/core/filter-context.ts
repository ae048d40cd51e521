import type { Event } from './event.ts';
import type { Json } from './json.ts';

/** What a filter may look at. */
export type FilterInput = Pick<
  Event,
  'type' | 'data' | 'contentType' | 'metadata' | 'source' | 'entity'
>;

const jsonType = /^[^;]*[/+]json[ \t]*(?:;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Parsed = { readonly is: 'ok'; readonly value: unknown } | { readonly is: 'bad'; why: string };

/**
 * The variables of a filter, made of an event. Its data is parsed when a filter first asks for it.
 * Numbers are doubles, as in JSON; whole numbers past 2^53 keep their exact value, as far as 64
 * bits reach.
 */
class FilterContext {
  // `type` is a function of the language, so the event's own goes by another name in there.
  readonly event_type: string;
  readonly source: string | null;
  readonly metadata: Json;
  readonly entity: Json;
  readonly #event: FilterInput;
  #parsed: Parsed | null = null;

  constructor(event: FilterInput) {
    this.#event = event;
    this.event_type = event.type;
    this.source = event.source;
    this.metadata = event.metadata ?? {};
    this.entity = event.entity === null ? null : { ...event.entity };
  }

  /** The parsed payload. @throws Error when it is not JSON. */
  get data(): unknown {
    this.#parsed ??= parseData(this.#event);
    if (this.#parsed.is === 'bad') throw new Error(this.#parsed.why);
    return this.#parsed.value;
  }
}

/** Contexts of events that are still in use, so that many filters parse the data of one once. */
const contexts = new WeakMap<FilterInput, FilterContext>();

/** The variables that filters see of an event; the same event object gives the same context. */
export function filterContext(event: FilterInput): FilterContext {
  const known = contexts.get(event);
  if (known !== undefined) return known;
  const context = new FilterContext(event);
  contexts.set(event, context);
  return context;
}

function parseData(event: FilterInput): Parsed {
  if (!jsonType.test(event.contentType)) {
    return { is: 'bad', why: `data is ${event.contentType}, not JSON` };
  }
  try {
    return { is: 'ok', value: parseExactly(utf8.decode(event.data)) };
  } catch {
    return { is: 'bad', why: 'data is not valid JSON' };
  }
}

function parseExactly(text: string): unknown {
  // A reviver is slow: it is asked only where a number could be too long for a double.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, exactInteger as (key: string, value: unknown) => unknown);
}

function exactInteger(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source } = context;
  if (source === undefined || !/^-?\d+$/.test(source)) return value;
  const exact = BigInt(source);
  return BigInt.asIntN(64, exact) === exact ? exact : value;
}

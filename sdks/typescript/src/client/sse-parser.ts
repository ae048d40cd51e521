/** One event of a stream of server-sent events. */
export type SseEvent = {
  readonly type: string;
  readonly data: string;
  /** The id that stands for everything up to here. */
  readonly lastEventId: string;
};

/** Reads server-sent events as they come in, by the rules of the HTML standard. */
export class SseParser {
  lastEventId = '';
  /** How long to wait before connecting again, when the stream said so. */
  retryMs: number | null = null;
  #rest = '';
  #id = '';
  #type = '';
  #data: string[] = [];
  #isFirst = true;

  /** Takes the next piece of text; answers the events that it completes. */
  push(text: string): SseEvent[] {
    this.#rest += this.#isFirst ? text.replace(/^\uFEFF/, '') : text;
    this.#isFirst = this.#isFirst && text === '';
    const events: SseEvent[] = [];
    for (;;) {
      // A carriage return at the very end may be the first half of a line end.
      const [end, line] = /^([^\r\n]*)(?:\r\n|\n|\r(?=[^]))/.exec(this.#rest) ?? [];
      if (end === undefined || line === undefined) return events;
      this.#rest = this.#rest.slice(end.length);
      const event = line === '' ? this.#dispatch() : this.#field(line);
      if (event !== null) events.push(event);
    }
  }

  #field(line: string): null {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
    return null;
  }

  #dispatch(): SseEvent | null {
    const [data, type] = [this.#data, this.#type];
    this.#data = [];
    this.#type = '';
    this.lastEventId = this.#id;
    if (data.length === 0) return null;
    return { type: type === '' ? 'message' : type, data: data.join('\n'), lastEventId: this.#id };
  }
}

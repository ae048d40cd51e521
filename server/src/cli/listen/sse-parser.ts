/** A message of a stream, or the bare cursor of a stream that is silent. */
export type SseMessage = {
  readonly type: string;
  /** Null when the stream only says how far it has looked. */
  readonly data: string | null;
  /** Stands for all up to here. */
  readonly lastEventId: string;
};

/**
 * Reads server-sent events piece by piece.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseParser {
  /** How long to wait before connecting again; null until the stream says so. */
  retryMs: number | null = null;
  #rest = '';
  #id = '';
  #type = '';
  #data: string[] = [];
  #hasBegun = false;

  /** The messages that a piece of text completes. */
  push(text: string): SseMessage[] {
    const rest = this.#rest + text;
    const messages: SseMessage[] = [];
    let at = this.#hasBegun || !rest.startsWith('\uFEFF') ? 0 : 1;
    this.#hasBegun ||= rest !== '';
    for (let line = lineAt(rest, at); line !== null; line = lineAt(rest, at)) {
      at = line.next;
      if (line.text !== '') this.#take(line.text);
      else messages.push(this.#finish());
    }
    this.#rest = rest.slice(at);
    return messages;
  }

  #take(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const said = colon === -1 ? '' : line.slice(colon + 1);
    const value = said.startsWith(' ') ? said.slice(1) : said;
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  #finish(): SseMessage {
    const type = this.#type === '' ? 'message' : this.#type;
    const data = this.#data.length === 0 ? null : this.#data.join('\n');
    this.#type = '';
    this.#data = [];
    return { type, data, lastEventId: this.#id };
  }
}

/** The line that begins here; null when its end has not come yet. */
function lineAt(text: string, start: number): { text: string; next: number } | null {
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char !== '\n' && char !== '\r') continue;
    // The second half of this line end may come with the next piece.
    if (char === '\r' && at + 1 === text.length) return null;
    const length = char === '\r' && text[at + 1] === '\n' ? 2 : 1;
    return { text: text.slice(start, at), next: at + length };
  }
  return null;
}

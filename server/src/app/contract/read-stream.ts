import assert from 'node:assert/strict';

/** A message of a stream. */
export type Message = { readonly id: string; readonly event: string; readonly data: unknown };

/** Messages of a stream that is open; comments and heartbeats are passed over. */
export class ReadStream implements AsyncDisposable {
  readonly #pieces: AsyncIterator<string>;
  readonly #messages: Message[] = [];
  #rest = '';

  constructor(response: Response) {
    assert.ok(response.body);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    this.#pieces = response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  }

  /** The next messages, so many; fewer when the stream ends before. */
  async take(count: number): Promise<Message[]> {
    while (this.#messages.length < count) {
      const piece = await this.#pieces.next();
      if (piece.done === true) break;
      const blocks = (this.#rest + piece.value).split('\n\n');
      this.#rest = blocks.pop() ?? '';
      this.#messages.push(...blocks.flatMap((block) => messageOf(block) ?? []));
    }
    return this.#messages.splice(0, count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces.return?.();
  }
}

function messageOf(block: string): Message | null {
  const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/s.exec(line) ?? []);
  const of = (name: string): string[] =>
    fields.flatMap(([, field, value]) => (field === name && value !== undefined ? [value] : []));
  const data = of('data');
  if (data.length === 0) return null;
  return { id: of('id')[0] ?? '', event: of('event')[0] ?? '', data: JSON.parse(data.join('\n')) };
}

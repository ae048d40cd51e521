import { limits } from '../../core/limits.ts';
import type { Connection } from '../api-client.ts';
import { saidIn } from '../api-client.ts';
import { SseParser } from '../listen/sse-parser.ts';
import { say } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { messageHeaders, versionOf } from './message-headers.ts';
import type { McpMessage } from './message-headers.ts';

type Asked = {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly text: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

const internalError = -32603;
const accept = 'application/json, text/event-stream';

/**
 * Carries messages of MCP between a client on standard input and output and `/mcp` of a server. It
 * knows no tool: what can be done is the server's to say. Only what HTTP adds is made here.
 */
export class McpBridge {
  readonly #connection: Connection;
  readonly #shell: Pick<Shell, 'out' | 'err' | 'wait'>;
  /** What is on its way, by the id of its request. */
  readonly #open = new Map<string | number, AbortController>();
  /** Of those, what goes on until somebody ends it. */
  readonly #endless = new Set<AbortController>();
  readonly #running = new Set<Promise<void>>();
  readonly #streams = new AbortController();
  #session: Readonly<Record<string, string>> = {};

  constructor(connection: Connection, shell: Pick<Shell, 'out' | 'err' | 'wait'>) {
    this.#connection = connection;
    this.#shell = shell;
  }

  /** Carries until there are no more lines and all are answered. */
  async run(lines: AsyncIterable<string | null>): Promise<void> {
    for await (const line of lines) {
      const message = line === null ? null : readMessage(line);
      if (line === null || message === null) {
        say(this.#shell, `no message of MCP of at most ${limits.commandLineBytes} bytes: left out`);
        continue;
      }
      const carried = this.#carry(line, message);
      this.#running.add(carried);
      void carried.finally(() => this.#running.delete(carried));
      // What follows needs the session that these two make.
      if (isOpening(message)) await carried;
      if (this.#running.size >= limits.mcpBridged) await Promise.race(this.#running);
    }
    this.#streams.abort();
    for (const each of this.#endless) each.abort();
    await Promise.all(this.#running);
    await this.#endSession();
  }

  async #carry(text: string, message: McpMessage): Promise<void> {
    const { id, method, params } = message;
    const isModern = versionOf(message) !== null;
    if (method === 'notifications/cancelled') {
      this.#open.get(params?.requestId as string | number)?.abort();
      if (isModern || Object.keys(this.#session).length === 0) return;
    }
    const stop = new AbortController();
    if (id !== undefined) this.#open.set(id, stop);
    const isEndless = method === 'subscriptions/listen';
    if (isEndless) this.#endless.add(stop);
    try {
      await this.#send(text, message, isEndless ? stop.signal : this.#inTime(stop.signal));
    } catch (cause) {
      if (stop.signal.aborted) return;
      this.#fail(id, `no answer from ${this.#connection.url} (${String(cause)})`);
    } finally {
      if (id !== undefined) this.#open.delete(id);
      this.#endless.delete(stop);
    }
    if (method === 'notifications/initialized') void this.#follow();
  }

  async #send(text: string, message: McpMessage, signal: AbortSignal): Promise<void> {
    const headers = versionOf(message) === null ? this.#session : messageHeaders(message);
    const response = await this.#ask({ method: 'POST', text, headers, signal });
    const { id } = message;
    let isAnswered = id === undefined || message.method === undefined;
    const take = (told: string): void => {
      const answer = readMessage(told);
      if (answer === null) return;
      if (message.method === 'initialize') this.#begin(response, answer);
      isAnswered ||= answer.id === id && answer.method === undefined;
      this.#shell.out(`${told}\n`);
    };
    if (isStream(response)) await eachMessage(response, take);
    else this.#takeWhole(response, await response.text(), { id, take });
    if (!isAnswered && response.ok) this.#fail(id, 'the server ended the answer');
  }

  /** What is no message of MCP is a problem answer. */
  #takeWhole(
    response: Response,
    text: string,
    { id, take }: { id: McpMessage['id']; take: (told: string) => void },
  ): void {
    const isMessage = readMessage(text) !== null;
    if (isMessage) take(oneLine(text));
    else if (!response.ok) this.#fail(id, saidIn(text));
  }

  #begin(response: Response, { result }: McpMessage): void {
    const id = response.headers.get('mcp-session-id');
    const version = result?.protocolVersion;
    this.#session = {
      ...(id === null ? {} : { 'mcp-session-id': id }),
      ...(typeof version === 'string' ? { 'mcp-protocol-version': version } : {}),
    };
  }

  /** What a session tells of itself: it is asked for again as long as it lasts. */
  async #follow(): Promise<void> {
    const { signal } = this.#streams;
    const headers = this.#session;
    while (!signal.aborted) {
      try {
        const response = await this.#ask({ method: 'GET', text: null, headers, signal });
        if (!isStream(response)) return;
        await eachMessage(response, (told) => this.#shell.out(`${told}\n`));
      } catch {
        // The server may be back in a while.
      }
      await this.#shell.wait(limits.streamRetryMs, signal).catch(() => undefined);
    }
  }

  async #endSession(): Promise<void> {
    if (this.#session['mcp-session-id'] === undefined) return;
    const signal = AbortSignal.timeout(limits.commandMs);
    const asked = { method: 'DELETE', text: null, headers: this.#session, signal } as const;
    await this.#ask(asked).catch(() => undefined);
  }

  #ask({ method, text, headers, signal }: Asked): Promise<Response> {
    const { url, key, tenant } = this.#connection;
    return fetch(`${url}/mcp`, {
      method,
      headers: {
        accept,
        authorization: `Bearer ${key}`,
        ...(tenant === null ? {} : { 'posthorn-tenant': tenant }),
        ...(text === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: text,
      signal,
    });
  }

  #inTime(signal: AbortSignal): AbortSignal {
    const { timeoutMs = limits.commandMs } = this.#connection;
    return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  }

  /** Nobody waits for the answer of what has no id; it is told to the person alone. */
  #fail(id: McpMessage['id'], message: string): void {
    if (id === undefined) return say(this.#shell, message);
    const error = { code: internalError, message };
    this.#shell.out(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
  }
}

function isOpening({ method }: McpMessage): boolean {
  return method === 'initialize' || method === 'notifications/initialized';
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true;
}

async function eachMessage({ body }: Response, take: (told: string) => void): Promise<void> {
  if (body === null) return;
  const parser = new SseParser();
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    for (const { data } of parser.push(piece))
      if (data !== null && data !== '') take(oneLine(data));
  }
}

/** A line end within JSON is white space between its parts. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

function readMessage(text: string): McpMessage | null {
  try {
    const message = JSON.parse(text) as McpMessage | null;
    return message?.jsonrpc === '2.0' ? message : null;
  } catch {
    return null;
  }
}

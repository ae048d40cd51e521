import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import * as oldHttp from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallbackStage } from './callback-stage.ts';

/** The two official clients: of the newest version, and of the era before. */
export type McpClient = Client | OldClient;

type Who = { readonly key?: string; readonly tenant?: string };

const named = { name: 'test', version: '1' };

/** A server on a loopback socket, and official MCP clients of it. */
export class McpStage implements AsyncDisposable {
  readonly stage: CallbackStage;
  readonly #clients: McpClient[] = [];

  private constructor(stage: CallbackStage) {
    this.stage = stage;
  }

  static async open(): Promise<McpStage> {
    return new McpStage(await CallbackStage.open());
  }

  /** A client that speaks 2026-07-28 and nothing else. */
  async modern(who: Who = {}): Promise<Client> {
    const versionNegotiation = { mode: { pin: '2026-07-28' } };
    const client = new Client(named, { versionNegotiation });
    this.#clients.push(client);
    await client.connect(new StreamableHTTPClientTransport(this.#url(), this.#init(who)));
    return client;
  }

  /** A client that speaks 2025-11-25 at most, over a session. */
  async old(who: Who = {}): Promise<OldClient> {
    const client = new OldClient(named);
    this.#clients.push(client);
    // Its own types do not agree on whether a session may be undefined.
    const transport: object = new oldHttp.StreamableHTTPClientTransport(
      this.#url(),
      this.#init(who),
    );
    await client.connect(transport as Parameters<OldClient['connect']>[0]);
    return client;
  }

  /** Asks the API as the operator; insists on a 2xx. */
  readonly call = <Answer = { id: string }>(method: string, path: string, body?: unknown) =>
    this.stage.call<Answer>(method, path, body);

  /** The same for one tenant. */
  async callAs(tenant: string, method: string, path: string, body: unknown) {
    const headers = { 'content-type': 'application/json', 'posthorn-tenant': tenant };
    const answer = await this.stage.send(method, path, { headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, await (answer.ok ? '' : answer.text()));
    return (await answer.json()) as { id: string };
  }

  /** Publishes an event whose delivery is refused for good. */
  async deadLetter(): Promise<{ eventId: string; endpointId: string; deliveryId: string }> {
    const url = `${this.stage.origin}/dead`;
    this.stage.statuses.set('/dead', 500);
    const retry = { kind: 'schedule', delaysMs: [] };
    const made = await this.call('POST', '/v1/endpoints', { url, types: ['*'], retry });
    const headers = { 'content-type': 'application/json', prefer: 'wait=20' };
    const body = JSON.stringify({ type: 'a', data: 1 });
    const published = await this.stage.send('POST', '/v1/events', { headers, body });
    const { id: eventId } = (await published.json()) as { id: string };
    const path = `/v1/deliveries?eventId=${eventId}&state=dead`;
    const { data } = await this.call<{ data: { id: string }[] }>('GET', path);
    return { eventId, endpointId: made.id, deliveryId: data[0]?.id ?? 'no dead letter' };
  }

  /** A key for one tenant. */
  async keyFor(tenantId: string, scopes: readonly string[]): Promise<string> {
    const body = { tenantId, scopes, name: 'test' };
    return (await this.stage.call<{ key: string }>('POST', '/v1/keys', body)).key;
  }

  #url(): URL {
    return new URL('/mcp', this.stage.connection.url);
  }

  #init({ key = this.stage.connection.key, tenant }: Who) {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(tenant === undefined ? {} : { 'posthorn-tenant': tenant }),
    };
    return { requestInit: { headers } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.stage[Symbol.asyncDispose]();
  }
}

type Result = {
  readonly [name: string]: unknown;
  readonly isError?: unknown;
  readonly content?: unknown;
  readonly structuredContent?: unknown;
};

/** What a tool answers; insists that its text says the same. */
export async function toolAnswer<Answer = unknown>(
  client: McpClient,
  name: string,
  input: Record<string, unknown>,
): Promise<Answer> {
  const result: Result = await client.callTool({ name, arguments: input });
  assert.notEqual(result.isError, true, textOf(result));
  assert.deepEqual(JSON.parse(textOf(result)), result.structuredContent);
  return result.structuredContent as Answer;
}

/** The text of the error that a tool answers. */
export async function toolFailure(
  client: McpClient,
  name: string,
  input: Record<string, unknown>,
): Promise<string> {
  const result: Result = await client.callTool({ name, arguments: input });
  assert.equal(result.isError, true, textOf(result));
  return textOf(result);
}

function textOf({ content }: Result): string {
  return (content as { text: string }[])[0]?.text ?? '';
}

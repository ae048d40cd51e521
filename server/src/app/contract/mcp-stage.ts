import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
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
    const transport: object = new OldTransport(this.#url(), this.#init(who));
    await client.connect(transport as Parameters<OldClient['connect']>[0]);
    return client;
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

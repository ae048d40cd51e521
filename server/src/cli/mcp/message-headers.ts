/** A message of MCP, as far as its way over HTTP depends on it. */
export type McpMessage = {
  readonly jsonrpc?: unknown;
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: {
    readonly name?: unknown;
    readonly uri?: unknown;
    readonly requestId?: unknown;
    readonly _meta?: Readonly<Record<string, unknown>>;
  };
  readonly result?: { readonly protocolVersion?: unknown };
  readonly error?: unknown;
};

const versionKey = 'io.modelcontextprotocol/protocolVersion';
const plain = /^[!-~](?:[\t -~]*[!-~])?$/;

/** The version that a message names itself, as those of 2026-07-28 do; null before that. */
export function versionOf({ params }: McpMessage): string | null {
  const { _meta: meta } = params ?? {};
  const version = meta?.[versionKey];
  return typeof version === 'string' ? version : null;
}

/**
 * What must stand in the head of a request that carries a message of 2026-07-28.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export function messageHeaders(message: McpMessage): Record<string, string> {
  const version = versionOf(message);
  const { method, params } = message;
  if (version === null || method === undefined) return {};
  const name = method === 'resources/read' ? params?.uri : params?.name;
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': encoded(name) } : {}),
  };
}

/** A header line holds ASCII; the rest, and what looks encoded, goes as base64. */
function encoded(text: string): string {
  if (plain.test(text) && !text.startsWith('=?base64?')) return text;
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

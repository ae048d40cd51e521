/** Calls the API of a server with a key. */
export type ApiClient = {
  /** Sends a body as JSON and reads the answer as such; throws what the server said else. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** As `call`, with the exact text of a body. */
  callWithText<Answer>(method: string, path: string, json: string): Promise<Answer>;
};

/** A server and how to speak to it. */
export type Connection = {
  readonly url: string;
  readonly key: string;
  /** Null leaves it to the key, or to the server while it has one tenant. */
  readonly tenant: string | null;
};

type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
};

const callMsMax = 10_000;

/** A client for one tenant. */
export function apiClient(connection: Connection): ApiClient {
  return {
    call: (method, path, body) =>
      callServer(connection, [method, path, body === undefined ? null : JSON.stringify(body)]),
    callWithText: (method, path, json) => callServer(connection, [method, path, json]),
  };
}

async function callServer<Answer>(
  { url, key, tenant }: Connection,
  [method, path, body]: [method: string, path: string, body: string | null],
): Promise<Answer> {
  const response = await reached(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(tenant === null ? {} : { 'posthorn-tenant': tenant }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body,
    signal: AbortSignal.timeout(callMsMax),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${path} answered ${response.status}: ${saidIn(text)}`);
  }
  return (text === '' ? null : JSON.parse(text)) as Answer;
}

async function reached(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    const { origin } = new URL(url);
    throw new Error(`no server answers at ${origin} (${reasonOf(cause)})`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const deepest = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(deepest instanceof Error)) return String(deepest);
  return 'code' in deepest && typeof deepest.code === 'string' ? deepest.code : deepest.message;
}

/** What a problem answer says, in one line. */
function saidIn(text: string): string {
  try {
    const { code, detail, errors = [] } = JSON.parse(text) as Problem;
    const parts = errors.map(({ pointer, message }) => `${pointer} ${message}`);
    return [`${code}: ${detail}`, ...parts].join('; ');
  } catch {
    return text.slice(0, 200).replaceAll(/\s+/g, ' ');
  }
}

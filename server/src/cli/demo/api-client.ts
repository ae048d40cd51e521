/** Calls the API of a server with its operator key. */
export type ApiClient = {
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
};

const callMsMax = 10_000;

/** A client for one tenant; a call that does not answer 2xx throws what the server said. */
export function apiClient(server: { url: string; key: string; tenant: string }): ApiClient {
  return {
    call: async <Answer>(method: string, path: string, body?: unknown) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${server.key}`,
          'posthorn-tenant': server.tenant,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(callMsMax),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return (text === '' ? null : JSON.parse(text)) as Answer;
    },
  };
}

import type { Route } from '../route.ts';

const head = `# Posthorn

> A webhook platform for AI systems: publish an event, and Posthorn makes it durable, fans it out
> to every subscribed endpoint, signs it (Standard Webhooks), delivers it by HTTP POST with
> retries, and keeps every attempt so that it can be found, explained and sent again.

## How to use it

- Send \`Authorization: Bearer ph_…\` with every request. The operator's key names a tenant with
  \`Posthorn-Tenant: ID\`.
- Bodies and answers are JSON in camelCase. Times are RFC 3339; durations end in Ms.
- Publish: \`POST /v1/events {"type": "task.completed", "data": {…}}\` answers 202 once it is
  durable.
- Receive: \`POST /v1/endpoints {"url": "https://…", "types": ["task.*"]}\` answers the signing
  secret once. A receiver verifies \`webhook-id\`, \`webhook-timestamp\` and \`webhook-signature\`
  with any Standard Webhooks library, answers 2xx at once, and drops ids that it has seen.
- Why did a delivery fail? \`GET /v1/attempts?status=failed\`, then \`GET /v1/attempts/{id}\`: its
  \`explanation\` holds cause, evidence and fix.
- Send again: \`POST /v1/deliveries/{id}/retry\`, or many at once with \`POST /v1/replays\`.
- Repeating a request is safe with the same event id or the same \`Idempotency-Key\`.
- Lists answer \`{"data": […], "nextCursor": …}\`; pass \`cursor\` back with the same filter.
- Failed answers are \`application/problem+json\` with a stable \`code\`, which
  \`/problems/{code}\` explains.

## Documents

- [OpenAPI 3.1](/openapi.json): every operation with its schemas
- [API reference](/docs): the same for people
- [Problems](/problems): every code of a failed answer

## Operations

`;

/** What a language model needs to use this API, as `/llms.txt` (llmstxt.org). */
export function llmsText(routes: readonly Route[]): string {
  const lines = routes.map(({ method, path, summary, scope }) => {
    const needs = scope === null ? 'no key' : `scope ${scope}`;
    return `- ${method} ${path}: ${summary} (${needs})`;
  });
  return `${head}${lines.join('\n')}\n`;
}

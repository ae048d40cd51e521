import { outgoingWebhooks } from '../server/src/api/openapi-webhooks.ts';
import type { Operation } from '../server/src/api/openapi-document.ts';
import { bodyFormats } from '../server/src/core/endpoint.ts';
import type { BodyFormat, SigningScheme } from '../server/src/core/endpoint.ts';
import { code, pageText, tableText } from './markdown.ts';
import { sampleRequest } from './sample-request.ts';
import { schemaFields } from './schema-fields.ts';

const intro = `# What is sent

A delivery is one \`POST\`, signed by the rules of
[Standard Webhooks](https://www.standardwebhooks.com) unless its endpoint says otherwise.
Every request on this page was composed by the code that sends.
How to check one: [Verifying](../guides/verifying.md).`;

const headersIntro = `## Headers

An endpoint with \`headerNames: "svix"\` gets \`svix-\` instead of \`webhook-\`. Its own headers
come last.`;

const formatsIntro = `## Formats

The \`format\` of an endpoint says how the body is made of the event. What is signed is always the
body as sent. Data that is not JSON becomes a JSON string in the formats that are JSON: its text
when it is UTF-8, else its base64.`;

const formatSays: Readonly<Record<BodyFormat, string>> = {
  standard: 'The data, byte for byte, in an envelope. The default.',
  flat:
    'The data’s own fields beside `event` and, where the data has none, `timestamp`. Data that ' +
    'is no object, or that has a field `event`, stands under `data`.',
  raw: 'The data and its content type as they were published.',
  cloudevents: 'CloudEvents 1.0 in binary mode: attributes in `ce-` headers, the data as the body.',
  'cloudevents-structured': 'CloudEvents 1.0 in structured mode: one JSON object.',
  a2a:
    'A push notification of A2A 1.0: the `task` where one begins or is completed, a ' +
    '`statusUpdate` for what else is said of it, a `message` for any other event.',
};

const schemesIntro = `## Signatures

The \`scheme\` of an endpoint says how requests are signed, here with the secret
\`whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\`.`;

const schemeSays: readonly (readonly [SigningScheme, string])[] = [
  [
    'standard',
    '`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; the key is what the base64 ' +
      'after `whsec_` stands for. With a secret `whsk_…` it is `v1a,` and an ed25519 signature ' +
      'of the same. While a secret changes there are two, parted by a space.',
  ],
  [
    'hmac-hex',
    'Hex of HMAC-SHA256 over the body alone; the key is the text of the secret as shown. While a ' +
      'secret changes the old one signs.',
  ],
  ['none', 'Nothing is signed.'],
];

const typesIntro = `## Events of Posthorn itself

Endpoints get them like any other event, by a subscription to the type or to its family. Types that
begin with \`posthorn.\` are not among those of \`*\`, and nobody else may publish them; when they
are raised: [Alerts](../guides/alerts.md). The others anybody may publish as plain events too; what
makes them: [Tasks](../guides/tasks.md), [Context](../guides/context.md),
[Bundles](../guides/bundles.md).`;

/** `docs/reference/events.md`, made from what the sender makes and the document says. */
export function eventsPage(): string {
  const { delivery, ...ours } = outgoingWebhooks();
  return pageText([
    ...[intro, headersIntro, headersTable(delivery?.['post'])],
    ...['## Answers', answersTable(delivery?.['post'])],
    ...[formatsIntro, ...bodyFormats.map(formatPart)],
    ...[schemesIntro, ...schemeSays.map(schemePart)],
    ...[typesIntro, ...Object.values(ours).flatMap(({ post }) => typePart(post))],
  ]);
}

function headersTable(operation: Operation | undefined): string {
  const rows = (operation?.parameters ?? []).map(({ name, required, description = '' }) => [
    ...[code(name), required ? 'always' : 'where there is one', description],
  ]);
  return tableText({ columns: ['header', 'sent', 'means'], rows });
}

function answersTable(operation: Operation | undefined): string {
  const { '2XX': success, ...others } = operation?.responses ?? {};
  const rows = Object.entries(others).map(([status, { description }]) => [
    ...[status === 'default' ? 'any other' : status, description],
  ]);
  rows.unshift(['2xx', success?.description ?? '']);
  return tableText({ columns: ['answer', 'means'], rows });
}

function formatPart(format: BodyFormat): string {
  const { headers, body } = sampleRequest({ format });
  const own = headers.filter(([name]) => /^(content-type|ce-)/.test(name));
  return `### ${format}\n\n${formatSays[format]}\n\n${requestText(own, body)}`;
}

function schemePart([scheme, says]: readonly [SigningScheme, string]): string {
  const signed = /^(webhook-|X-Webhook-)/;
  const headers = sampleRequest({ scheme }).headers.filter(([name]) => signed.test(name));
  return `### ${scheme}\n\n${says}\n\n${requestText(headers)}`;
}

function requestText(headers: readonly (readonly [string, string])[], body?: string): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return ['```http', ...lines, ...(body === undefined ? [] : ['', body]), '```'].join('\n');
}

function typePart(operation: Operation | undefined): string[] {
  if (operation === undefined) return [];
  const { schema, examples = {} } = operation.requestBody?.content['application/json'] ?? {};
  const rows = schemaFields(schema)
    .filter(({ name }) => name.startsWith('data.'))
    .map(({ name, takes, isRequired, says }) => [
      ...[code(name), takes, `${says}${isRequired ? '' : ' Optional.'}`.trim()],
    ]);
  const shown = Object.values(examples).map(({ value }) => JSON.stringify(value, null, 2));
  return [
    `### ${operation.operationId}`,
    `${operation.summary}.`,
    tableText({ columns: ['field', 'is', 'means'], rows }),
    ...shown.map((text) => `\`\`\`json\n${text}\n\`\`\``),
  ];
}

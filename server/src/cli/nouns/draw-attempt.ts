import type { Static } from 'typebox';
import type { AttemptBody } from '../../api/schemas/delivery-schema.ts';
import { factLines } from '../output/table.ts';

/** An attempt with all that was sent and came back. */
export type Attempt = Static<typeof AttemptBody>;

/** An attempt as lines: what it was, why it failed, what was sent, what came back. */
export function drawAttempt(attempt: Attempt): string[] {
  const { request, response, phases, payload, explanation, ...facts } = attempt;
  return [
    ...factLines(facts),
    ...(explanation === null ? [] : ['', ...factLines(explanation)]),
    ...['', 'request:', ...headerLines(request.headers)],
    ...(response === null ? [] : ['', 'response:', ...headerLines(response.headers)]),
    ...(response?.body === undefined ? [] : ['', ...response.body.split('\n')]),
    ...['', 'phases:', ...factLines(phases)],
    ...['', 'payload:', JSON.stringify(payload)],
  ];
}

function headerLines(headers: readonly (readonly string[])[]): string[] {
  return headers.map(([name = '', value = '']) => `  ${name}: ${value}`);
}

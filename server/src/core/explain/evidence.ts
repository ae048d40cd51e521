import type { Phases, ReceivedAnswer } from '../attempt.ts';
import { limits } from '../limits.ts';
import type { Case, ExplainedAttempt } from './explanation.ts';

const phaseNames: readonly (readonly [keyof Phases, string])[] = [
  ['dnsMs', 'DNS'],
  ['connectMs', 'connect'],
  ['tlsMs', 'TLS'],
  ['firstByteMs', 'first byte'],
  ['bodyMs', 'body'],
];

/** What an attempt saw, in one or two sentences: the answer if there was one, else the times. */
export function evidenceOf({ attempt }: Case): string {
  const { statusCode, answer } = attempt;
  if (statusCode === null) return `No answer within ${timesOf(attempt)}.`;
  const body = answer === null ? '' : beginningOf(answer);
  const answered = `It answered ${statusCode} after ${ms(attempt.latencyMs)}`;
  return body === '' ? `${answered}.` : `${answered}; the body begins: ${body}`;
}

/** How long an attempt took, and its phases as far as they were reached. */
export function timesOf({ latencyMs, phases }: ExplainedAttempt): string {
  const reached = phaseNames
    .filter(([phase]) => phases[phase] !== null)
    .map(([phase, name]) => `${name} ${ms(phases[phase] ?? 0)}`);
  return reached.length === 0 ? ms(latencyMs) : `${ms(latencyMs)} (${reached.join(', ')})`;
}

/** The value of an answer's header, cut for display; null when it has none. */
export function headerOf({ attempt }: Case, name: string): string | null {
  const line = attempt.answer?.headers.find(([each]) => each.toLowerCase() === name);
  return line === undefined ? null : shown(line[1]);
}

/** The host and port that an endpoint's URL names; the whole text when it cannot be parsed. */
export function hostOf({ endpoint }: Case): string {
  return URL.canParse(endpoint.url) ? new URL(endpoint.url).host : endpoint.url;
}

/** Whole milliseconds with their unit. */
export function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function beginningOf({ body }: ReceivedAnswer): string {
  const text = new TextDecoder().decode(body.subarray(0, limits.evidenceChars * 4));
  return shown(text);
}

/** One line without controls, cut to what a sentence can carry. */
function shown(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= limits.evidenceChars) return line;
  return `${characters.slice(0, limits.evidenceChars).join('')}…`;
}

import { errorRules } from './error-rules.ts';
import { evidenceOf } from './evidence.ts';
import type { ExplainedAttempt, ExplainedEndpoint, Explanation, Rule } from './explanation.ts';
import { statusRule } from './status-rules.ts';

/**
 * Explains why an attempt failed, from what was recorded alone; null when it succeeded. Text that
 * the receiver sent may be part of it, cut and on one line: show it as text.
 */
export function explainAttempt(
  attempt: ExplainedAttempt,
  endpoint: ExplainedEndpoint,
): Explanation | null {
  if (attempt.status === 'succeeded') return null;
  const rule = ruleFor(attempt);
  if (rule === null) return null;
  const seen = { attempt, endpoint };
  return { evidence: evidenceOf(seen), ...rule(seen) };
}

function ruleFor({ error, statusCode }: ExplainedAttempt): Rule | null {
  if (error === null) return statusCode === null ? null : statusRule(statusCode);
  return isStatusError(error) ? statusRule(Number(error.slice(5))) : errorRules[error];
}

function isStatusError(error: string): error is `http_${number}` {
  return error.startsWith('http_');
}

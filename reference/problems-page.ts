import { failureAdvice } from '../server/src/core/failure-advice.ts';
import { failures } from '../server/src/core/failures.ts';
import type { Failure, FailureCode } from '../server/src/core/failures.ts';
import { code, pageText, tableText } from './markdown.ts';

const intro = `# Problems

A failed answer is \`application/problem+json\` (RFC 9457):

| field | means |
| --- | --- |
| \`type\` | \`/problems/{code}\`: this text, on the server itself |
| \`title\` | what the code says, always the same |
| \`status\` | the HTTP status |
| \`code\` | stable: write programs against it |
| \`detail\` | what it is about this time |
| \`errors\` | for fields: a list of \`pointer\` (JSON Pointer) and \`message\` |
| \`requestId\` | names this answer in the log |

Answers that may be asked for again have \`Retry-After\`. This page is made from
\`server/src/core/failures.ts\` and \`failure-advice.ts\`.`;

/** `docs/reference/problems.md`, made from the table of failures. */
export function problemsPage(): string {
  const all = Object.entries<Failure>(failures).toSorted(([, a], [, b]) => a.status - b.status);
  const rows = all.map(([name, { status, retryable, says }]) => [
    ...[`[${code(name)}](#${name})`, String(status), retryable ? 'yes' : 'no', says],
  ]);
  const columns = ['code', 'status', 'try again', 'says'];
  return pageText([
    intro,
    tableText({ columns, rows }),
    ...all.map(([name, each]) => part(name, each)),
  ]);
}

function part(name: string, { status, says }: Failure): string {
  return `## ${name}\n\n${status} · ${says} ${failureAdvice[name as FailureCode]}`;
}

import { logTable } from '../server/src/telemetry/log-table.ts';
import type { LogEvent } from '../server/src/telemetry/log-table.ts';

const intro = `# The log

The server writes one JSON object a line to standard error: \`level\`, \`time\`, \`signal\`, what
belongs to the signal, and \`msg\`. \`--log-level\` (\`POSTHORN_LOG_LEVEL\`) sets the least level
that is written: \`debug\`, \`info\` (default), \`warn\` or \`error\`. This page is made from
\`server/src/telemetry/log-table.ts\`.

Secrets, access keys, \`Authorization\`, logins in URLs and the values of their queries are masked
before a line is written. Payloads are never logged. A failed request is found by the
\`requestId\` that its answer named.`;

/** `docs/reference/log.md`, made from the table of log lines. */
export function logPage(): string {
  const parts = Object.entries(logTable).map(([signal, event]) => part(signal, event));
  return `${[intro, ...parts].join('\n\n')}\n`;
}

function part(signal: string, { level, says, unless, setting }: LogEvent): string {
  const exception = unless && `, \`${unless.level}\` where \`${unless.field}\` is \`${unless.is}\``;
  const only = setting && `, only with \`--${setting}\``;
  return `## ${signal}\n\n“${says}” · \`${level}\`${exception ?? ''}${only ?? ''}`;
}

import type { Command } from 'commander';
import { addConnectOptions, connect } from './connect.ts';
import type { ConnectOptions } from './connect.ts';

type AttemptsOptions = ConnectOptions & { readonly limit: string; readonly json?: boolean };

type AttemptRow = {
  readonly deliveryId: string;
  readonly webhookUrl: string;
  readonly event: string;
  readonly attemptNumber: number;
  readonly status: 'succeeded' | 'failed';
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly latencyMs: number;
  readonly createdAt: string;
};

/** `posthorn attempts`: the webhook log. */
export function addAttempts(program: Command): void {
  const command = program
    .command('attempts')
    .summary('show what was sent and what came of it')
    .description(
      [
        'Examples:',
        '  posthorn attempts',
        '  posthorn attempts --limit 200 --json | jq .error',
        '',
        'Prints the newest attempts, newest first, one on a line.',
      ].join('\n'),
    );
  addConnectOptions(command)
    .option('--limit <count>', 'how many, up to 500', '50')
    .option('--json', 'print each attempt as one line of JSON')
    .action(attempts);
}

async function attempts({ limit, json = false, ...rest }: AttemptsOptions): Promise<void> {
  const api = await connect(rest);
  const path = `/v1/attempts?limit=${encodeURIComponent(limit)}`;
  const { data } = await api.call<{ data: AttemptRow[] }>('GET', path);
  for (const row of data) process.stdout.write(`${json ? JSON.stringify(row) : lineOf(row)}\n`);
  if (data.length === 0) process.stderr.write('posthorn: no attempts yet\n');
}

function lineOf(row: AttemptRow): string {
  const { createdAt, deliveryId, event, attemptNumber, webhookUrl, latencyMs } = row;
  const became = row.error ?? String(row.statusCode);
  return [
    ...[createdAt, row.status.padEnd(9), became.padEnd(18), `${latencyMs} ms`.padStart(9)],
    ...[event, `#${attemptNumber}`, webhookUrl, deliveryId],
  ].join('  ');
}

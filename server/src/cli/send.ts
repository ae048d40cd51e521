import type { Command } from 'commander';
import { addConnectOptions, connect } from './connect.ts';
import type { ConnectOptions } from './connect.ts';
import { readData } from './read-data.ts';

type SendOptions = ConnectOptions & {
  readonly data: string;
  readonly id?: string;
  readonly keyOf?: string;
  readonly json?: boolean;
};

type Accepted = {
  readonly id: string;
  readonly duplicate: boolean;
  readonly deliveryCount: number;
};

/** `posthorn send`: publishes one event. */
export function addSend(program: Command): void {
  const command = program
    .command('send')
    .summary('publish an event')
    .description(
      [
        'Examples:',
        `  posthorn send task.completed --data '{"taskId":"t-1"}'`,
        '  posthorn send report.ready --data @report.json --key-of report-7',
        '',
        'Prints the id of the event. Its data is sent byte for byte.',
      ].join('\n'),
    )
    .argument('<type>', 'the type of the event, such as task.completed');
  addConnectOptions(command)
    .option('--data <json>', 'its data: JSON, @FILE, or - for standard input', '{}')
    .option('--id <id>', 'your own id: sent again, the event is not published again')
    .option('--key-of <key>', 'events with the same key are delivered in order where asked for')
    .option('--json', 'print the answer as one line of JSON')
    .action(send);
}

async function send(type: string, options: SendOptions): Promise<void> {
  const { data, id, keyOf: key, json = false, ...rest } = options;
  const api = await connect(rest);
  const envelope = JSON.stringify({ type, id, key }).slice(0, -1);
  const event = `${envelope},"data":${await readData(data)}}`;
  const accepted = await api.callWithText<Accepted>('POST', '/v1/events', event);
  process.stdout.write(`${json ? JSON.stringify(accepted) : accepted.id}\n`);
  process.stderr.write(`posthorn: ${saysOf(accepted)}\n`);
}

function saysOf({ duplicate, deliveryCount }: Accepted): string {
  const deliveries = deliveryCount === 1 ? '1 delivery' : `${deliveryCount} deliveries`;
  return duplicate ? 'it was accepted before; nothing is new' : `accepted; ${deliveries}`;
}

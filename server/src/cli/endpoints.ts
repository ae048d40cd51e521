import type { Command } from 'commander';
import { addConnectOptions, connect } from './connect.ts';
import type { ConnectOptions } from './connect.ts';

type CreateOptions = ConnectOptions & {
  readonly types?: readonly string[];
  readonly json?: boolean;
};

type Created = {
  readonly id: string;
  readonly secret: string;
  readonly warnings: readonly { readonly message: string }[];
};

/** `posthorn endpoints`: where deliveries go. */
export function addEndpoints(program: Command): void {
  const endpoints = program.command('endpoints').summary('make endpoints');
  const create = endpoints
    .command('create')
    .summary('make an endpoint')
    .description(
      [
        'Examples:',
        '  posthorn endpoints create https://hooks.example.com/in --types "task.*" order.paid',
        '',
        'Prints its id and, the only time, the secret that signs what it gets.',
      ].join('\n'),
    )
    .argument('<url>', 'where deliveries are sent');
  addConnectOptions(create)
    .option('--types <pattern...>', 'the event types it gets; * is every type')
    .option('--json', 'print the answer as one line of JSON')
    .action(createEndpoint);
}

async function createEndpoint(url: string, options: CreateOptions): Promise<void> {
  const { types, json = false, ...rest } = options;
  const api = await connect(rest);
  const created = await api.call<Created>('POST', '/v1/endpoints', { url, types });
  const plain = `id: ${created.id}\nsecret: ${created.secret}`;
  process.stdout.write(`${json ? JSON.stringify(created) : plain}\n`);
  for (const { message } of created.warnings) process.stderr.write(`posthorn: ${message}\n`);
}

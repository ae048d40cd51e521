import { serverCommand } from '../server-command.ts';
import { show } from '../show.ts';
import { UsageError } from '../usage-error.ts';

type Options = { readonly token?: string; readonly note?: string; readonly final?: boolean };

const options = [
  { flags: '--token <token>', says: 'the posthorn-ack-token of the request that is reported on' },
  { flags: '--note <text>', says: 'what to say; kept with the delivery' },
];
const takes = [['<id>', 'the id of a delivery']] as const;

/** `posthorn deliveries ack`: says for a receiver that a delivery is done. */
export const ackDelivery = serverCommand<Options>({
  name: 'deliveries ack',
  takes,
  summary: 'report, as its receiver, that a delivery which was accepted with 202 is done',
  examples: ['posthorn deliveries ack dlv_06d1… --token "$TOKEN"'],
  options,
  run: (call) => {
    const { note } = call.options;
    return show(call, reportOf(call, 'ack', note === undefined ? {} : { note }));
  },
});

/** `posthorn deliveries fail`: says for a receiver that a delivery failed. */
export const failDelivery = serverCommand<Options>({
  name: 'deliveries fail',
  takes,
  summary: 'report, as its receiver, that a delivery which was accepted with 202 failed',
  examples: [
    'posthorn deliveries fail dlv_06d1… --token "$TOKEN" --note "no such contact" --final',
  ],
  options: [...options, { flags: '--final', says: 'it must not be sent again' }],
  run: (call) => {
    const { note, final = false } = call.options;
    const body = { final, ...(note === undefined ? {} : { note }) };
    return show(call, reportOf(call, 'fail', body));
  },
});

function reportOf(
  { args, options: { token } }: { args: readonly string[]; options: Options },
  verb: 'ack' | 'fail',
  body: object,
) {
  if (token === undefined) throw new UsageError('--token: is needed');
  const path = `/v1/deliveries/${encodeURIComponent(args[0] ?? '')}/${verb}`;
  return { method: 'POST', path, body, headers: { 'posthorn-ack-token': token } } as const;
}

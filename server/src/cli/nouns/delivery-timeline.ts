import type { Static } from 'typebox';
import type {
  AttemptBody,
  AttemptSummaryBody,
  DeliveryBody,
} from '../../api/schemas/delivery-schema.ts';
import { exitCodes } from '../../app/exit-codes.ts';
import { limits } from '../../core/limits.ts';
import { answered } from '../api-client.ts';
import type { ApiClient } from '../api-client.ts';
import { printJsonText, printLines } from '../output/print.ts';
import { factLines, tableLines } from '../output/table.ts';
import { serverCommand } from '../server-command.ts';

type Delivery = Static<typeof DeliveryBody>;
type AttemptRow = Static<typeof AttemptSummaryBody>;
type Attempt = Static<typeof AttemptBody>;

/** `posthorn deliveries get`: the story of one delivery, and what to do about it. */
export const getDelivery = serverCommand({
  name: 'deliveries get',
  takes: [['<id>', 'the id of a delivery']],
  summary: 'show each attempt at a delivery: when, what came of it, why, and what mends it',
  examples: ['posthorn deliveries get dlv_06d1…', 'posthorn deliveries get dlv_06d1… --json'],
  about: ['With --json: the delivery, and its attempts from first to last under "attempts".'],
  run: async ({ api, shell, options, args: [id = ''] }) => {
    const path = `/v1/deliveries/${encodeURIComponent(id)}`;
    const answer = await api.ask({ path });
    const attempts = await attemptsOf(api, id);
    if (options.json === true) {
      const head = answer.text.trim().slice(0, -1);
      printJsonText(shell, `${head},"attempts":${JSON.stringify(attempts)}}`);
    } else printLines(shell, drawDelivery(answered<Delivery>(answer), attempts));
    return exitCodes.ok;
  },
});

/** A row of the list, and what the log says of its cause. */
type Told = AttemptRow & Pick<Attempt, 'explanation'>;

/** First to last. What a policy allows is fewer than a page; retries may have added more. */
async function attemptsOf(api: ApiClient, deliveryId: string): Promise<Told[]> {
  const query = { deliveryId, limit: String(limits.listMax) };
  const page = answered<{ data: AttemptRow[] }>(await api.ask({ path: '/v1/attempts', query }));
  const told: Told[] = [];
  for (const row of page.data.toReversed()) {
    const isFailed = row.status === 'failed';
    const full = isFailed ? await api.ask({ path: `/v1/attempts/${row.id}` }) : null;
    told.push({ ...row, explanation: full === null ? null : answered<Attempt>(full).explanation });
  }
  return told;
}

function drawDelivery(delivery: Delivery, attempts: readonly Told[]): string[] {
  return [
    ...factLines(delivery),
    '',
    ...(attempts.length === 0 ? ['no attempt yet'] : tableLines(attempts.map(attemptCells))),
    ...causes(attempts),
    '',
    `next: ${nextStep(delivery)}`,
  ];
}

function attemptCells(row: Told): string[] {
  const { attemptNumber, createdAt, status, latencyMs } = row;
  const became = row.error ?? String(row.statusCode);
  return [`#${attemptNumber}`, createdAt, status, became, `${latencyMs} ms`];
}

/** Each different cause once, by the last attempt that had it. */
function causes(attempts: readonly Told[]): string[] {
  const byCause = new Map<string, Told>();
  for (const each of attempts) {
    if (each.explanation !== null) byCause.set(each.explanation.cause, each);
  }
  return [...byCause.values()].flatMap(({ attemptNumber, explanation }) =>
    explanation === null
      ? []
      : ['', `why #${attemptNumber} failed:`, ...factLines(explanation).map((line) => `  ${line}`)],
  );
}

function nextStep({ id, state, dueAt, ackBy, reason, supersededBy }: Delivery): string {
  if (ackBy !== null) return `its receiver has until ${ackBy} to report; then it is sent again`;
  switch (state) {
    case 'pending':
      return `it is tried at ${dueAt ?? 'once'}; at once: posthorn deliveries retry ${id}`;
    case 'dead':
      return `dead (${reason ?? 'unknown'}); once mended: posthorn deliveries retry ${id}`;
    case 'superseded':
      return `nothing: ${supersededBy ?? 'a newer one'} stands for it`;
    case 'cancelled':
      if (reason === 'held') return `its chain is held; alone: posthorn deliveries retry ${id}`;
      return 'nothing: it has ended';
    case 'delivered':
      return 'nothing: it has ended';
    default:
      return state satisfies never;
  }
}

import type { ApiClient } from '../api-client.ts';
import type { Cast, Part } from './cast.ts';
import { burst } from './story.ts';
import type { Watch } from './watch.ts';

/** Something the demo said it would show, and whether it was seen. */
export type Promised = { readonly text: string; readonly isKept: boolean; readonly seen: string };

type DeliveryRow = { readonly endpointId: string; readonly state: string };

/** Everything that a run must have shown. */
export async function judgeRun(run: {
  api: ApiClient;
  cast: Cast;
  watch: Watch;
  retriedId: string | null;
  /** How many events the AI run made. */
  runCount: number;
}): Promise<Promised[]> {
  const { api, cast, watch, retriedId, runCount } = run;
  const deliveries = await allDeliveries(api);
  const ofPart = (part: Part): DeliveryRow[] =>
    deliveries.filter((each) => each.endpointId === part.endpointId);
  const count = (part: Part, state: string): number =>
    ofPart(part).filter((each) => each.state === state).length;
  const delivered = (part: Part): number => count(part, 'delivered');
  const told = (part: Part): number => delivered(part) + count(part, 'superseded');
  const whole = runCount + burst.length;
  return [
    reached('every event, or a newer report in its place, reached the healthy endpoint', {
      ...{ seen: told(cast.healthy), expected: whole },
    }),
    reached('and the slow endpoint too', { seen: told(cast.slow), expected: whole }),
    flooded(cast.slow, watch, count(cast.slow, 'superseded')),
    verified(cast.verifying, delivered(cast.verifying)),
    retried(cast.flaky, watch, told(cast.flaky) === whole),
    circuit(cast.recovering, watch, delivered(cast.recovering) === burst.length),
    {
      text: 'what could not be delivered became a dead letter, and its retry arrived',
      isKept: retriedId !== null && cast.dead.receiver.arrivals.length === 1,
      seen: `${cast.dead.receiver.arrivals.length} arrival after the repair`,
    },
    hanging(cast.hanging, watch),
    {
      text: 'nothing is left undone',
      isKept: deliveries.every((each) => each.state !== 'pending'),
      seen: `${deliveries.length} deliveries, each at its end`,
    },
  ];
}

function reached(text: string, { seen, expected }: { seen: number; expected: number }): Promised {
  return { text, isKept: seen === expected, seen: `${seen} of ${expected}` };
}

/** A receiver that takes its time sees each step, never a stale flood, and the end last. */
function flooded(part: Part, watch: Watch, supersededCount: number): Promised {
  const rows = watch.attempts.filter(
    (each) => each.endpointId === part.endpointId && each.event.startsWith('task.'),
  );
  return {
    text: 'a flood of progress cost the slow endpoint only its own pace, and the end came last',
    isKept: supersededCount > 0 && rows.at(-1)?.event === 'task.completed',
    seen: `${rows.length} reports sent, ${supersededCount} superseded`,
  };
}

function verified({ receiver }: Part, expected: number): Promised {
  const good = receiver.arrivals.filter((each) => each.isVerified === true);
  const ids = new Set(good.map((each) => each.webhookId));
  const isKept = ids.size === expected && good.length === receiver.arrivals.length;
  return { text: 'every signature verified', isKept, seen: `${good.length} verified` };
}

function retried(part: Part, watch: Watch, isAllDelivered: boolean): Promised {
  const rows = watch.attempts.filter((each) => each.endpointId === part.endpointId);
  const failed = rows.filter((each) => each.statusCode === 503).length;
  return {
    text: 'failed attempts at the flaky endpoint were tried again until they arrived',
    isKept: failed > 0 && isAllDelivered,
    seen: `${failed} failures with 503`,
  };
}

function circuit(part: Part, watch: Watch, isAllDelivered: boolean): Promised {
  const opened = watch.saw(part.endpointId, 'open');
  const closed = watch.saw(part.endpointId, 'closed');
  return {
    text: 'the circuit of the failing endpoint opened, and closed when it had recovered',
    isKept: opened && closed && isAllDelivered,
    seen: opened ? 'opened and closed' : 'never opened',
  };
}

function hanging(part: Part, watch: Watch): Promised {
  const rows = watch.attempts.filter((each) => each.endpointId === part.endpointId);
  const isKept = rows.length > 0 && rows.every((each) => each.error === 'timeout');
  return {
    text: 'the hanging endpoint cost only its own deadline',
    isKept,
    seen: `${rows.length} attempts timed out`,
  };
}

async function allDeliveries(api: ApiClient): Promise<DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  let cursor: string | null = null;
  do {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: DeliveryRow[]; nextCursor: string | null } = await api.call(
      'GET',
      `/v1/deliveries?limit=500${after}`,
    );
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}

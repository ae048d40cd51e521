import type { EndpointStatus } from './endpoint.ts';
import type { DeliveryState } from './delivery.ts';
import type { ReplayChoice } from './replay.ts';

/** What decides whether a delivery is made again. */
export type ReplaySubject = {
  readonly state: DeliveryState['is'];
  readonly attemptCount: number;
  readonly isReplay: boolean;
};

/** Why a delivery that was asked for is not made. */
export type ReplaySkip = 'is_replay' | 'endpoint_disabled' | 'endpoint_deleted';

export type ReplayVerdict =
  | { readonly do: 'make' }
  /** It is not one of those that were asked for. */
  | { readonly do: 'pass' }
  | { readonly do: 'skip'; readonly because: ReplaySkip };

/**
 * Decides about one delivery. What is superseded or cancelled is never made again, nor what still
 * waits for its first attempt; a delivery of a replay is not replayed, so that replays do not
 * multiply.
 *
 * @param endpoint  the endpoint's present status; null when there is none.
 */
export function judgeReplay(
  only: ReplayChoice,
  subject: ReplaySubject,
  endpoint: EndpointStatus | null,
): ReplayVerdict {
  if (!isAskedFor(only, subject)) return { do: 'pass' };
  if (subject.isReplay) return { do: 'skip', because: 'is_replay' };
  return judgeEndpoint(endpoint);
}

/** Decides about an endpoint: a paused one gets deliveries, which then wait. */
export function judgeEndpoint(
  endpoint: EndpointStatus | null,
): Exclude<ReplayVerdict, { do: 'pass' }> {
  if (endpoint === null || endpoint.is === 'deleted') {
    return { do: 'skip', because: 'endpoint_deleted' };
  }
  if (endpoint.is === 'disabled') return { do: 'skip', because: 'endpoint_disabled' };
  return { do: 'make' };
}

function isAskedFor(only: ReplayChoice, { state, attemptCount }: ReplaySubject): boolean {
  const hasFailed = state === 'dead' || (state === 'pending' && attemptCount > 0);
  switch (only) {
    case 'dead':
      return state === 'dead';
    case 'failed':
      return hasFailed;
    case 'all':
      return hasFailed || state === 'delivered';
    case 'missing':
      return false;
    default:
      return only satisfies never;
  }
}

import type { AlertState, Death, FailedAttempt } from '../core/alert/alert-state.ts';
import type { Alert } from '../core/alert/alert.ts';
import { foldDeath } from '../core/alert/fold-death.ts';
import { endEpisode, foldFailure, isFresh, mayBeOver } from '../core/alert/fold-failure.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { Instant } from '../core/instant.ts';
import { alertPolicyOf } from '../ingest/alert-reach.ts';
import type { AlertBook, AlertPage } from '../store/alert-book.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { AlertStep } from './alert-step.ts';

export type FoldDeps = {
  readonly book: Pick<AlertBook, 'successes'>;
  readonly mirror: CatalogueMirror;
};

/** Takes a page of the log into a step; the mirror must be as new as the page. */
export async function foldPage(
  deps: FoldDeps,
  { failures, deaths }: AlertPage,
  { step, now }: { step: AlertStep; now: Instant },
): Promise<void> {
  for (const failure of failures) await takeFailure(deps, failure, { step, now });
  for (const death of deaths) takeDeath(deps, death, { step, now });
}

type Into = { readonly step: AlertStep; readonly now: Instant };

async function takeFailure(deps: FoldDeps, failure: FailedAttempt, into: Into): Promise<void> {
  const { step, now } = into;
  const endpoint = endpointOf(deps, failure);
  if (endpoint === null) return forget(step, failure);
  if (endpoint.status.is === 'disabled') return takeDisabled(endpoint, failure, into);
  const policy = alertPolicyOf(deps.mirror, endpoint);
  const before = step.stateOf(failure);
  const ended = mayBeOver(before, policy, failure.at)
    ? await endBefore(deps, before, { failure, policy, now })
    : { state: before, alert: null };
  const folded = foldFailure(ended.state, failure, { policy, now });
  step.put(folded.state, [ended.alert, folded.alert]);
}

/** A failure long after the one before it: the endpoint may have recovered between the two. */
async function endBefore(
  { book }: FoldDeps,
  state: AlertState,
  of: { failure: FailedAttempt; policy: ReturnType<typeof alertPolicyOf>; now: Instant },
) {
  const { failure, policy, now } = of;
  const { tenantId, endpointId, episode } = state;
  if (episode === null) return { state, alert: null };
  const after = episode.last.position;
  const query = { tenantId, endpointId, after, before: failure.position };
  const [success] = await book.successes([query]);
  if (success === null || success === undefined) return { state, alert: null };
  return endEpisode(state, success, { policy, at: failure.at, now });
}

/** Being disabled is told instead of failing, unless a person asked for it. */
function takeDisabled(endpoint: Endpoint, failure: FailedAttempt, { step, now }: Into): void {
  const { status, id: endpointId, tenantId } = endpoint;
  if (status.is !== 'disabled') return;
  const { reason, at: disabledAt } = status;
  const state = { ...step.stateOf(failure), failedAt: [], episode: null };
  if (reason === 'asked' || !isFresh(disabledAt, now)) return step.put(state);
  const { position, attemptId, at } = failure;
  const last = { position, attemptId, at };
  const alert: Alert = { tenantId, endpointId, kind: 'disabled', reason, disabledAt, last };
  step.put(state, [alert]);
}

function takeDeath(deps: FoldDeps, death: Death, { step, now }: Into): void {
  if (endpointOf(deps, death) === null) return forget(step, death);
  const { state, alerts } = foldDeath(step.stateOf(death), death, now);
  step.put(state, alerts);
}

/** Null when it was deleted. */
function endpointOf(
  { mirror }: FoldDeps,
  { tenantId, endpointId }: Pick<FailedAttempt, 'tenantId' | 'endpointId'>,
): Endpoint | null {
  const endpoint = mirror.get('endpoint', tenantId, endpointId)?.value;
  return endpoint === undefined || endpoint.status.is === 'deleted' ? null : endpoint;
}

function forget(step: AlertStep, of: Pick<FailedAttempt, 'tenantId' | 'endpointId'>): void {
  step.put({ ...step.stateOf(of), failedAt: [], episode: null, deaths: null });
}

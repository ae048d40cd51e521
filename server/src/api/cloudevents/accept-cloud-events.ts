import { cloudEventId } from '../../core/cloud-event-id.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Accepted, KeepAnswer, NewEvent } from '../../ingest/new-event.ts';
import type { ApiDeps } from '../deps.ts';

type Deps = Pick<ApiDeps, 'ingest' | 'store'>;

/**
 * Accepts CloudEvents, whose identity is their source and id together. One whose id is taken by
 * another source is accepted under an id made of both.
 */
export async function acceptCloudEvents(
  deps: Deps,
  { tenantId, events, keep }: { tenantId: TenantId; events: NewEvent[]; keep?: KeepAnswer },
): Promise<Accepted[]> {
  if (events.length === 0) return [];
  const answers = await deps.ingest.accept(tenantId, events, keep);
  const others: number[] = [];
  for (const [index, event] of events.entries()) {
    if (await isOfOtherSource(deps, tenantId, { event, answer: answers[index] }))
      others.push(index);
  }
  if (others.length === 0) return answers;
  const again = others.flatMap((index) => renamed(events[index]));
  const second = await deps.ingest.accept(tenantId, again, others[0] === 0 ? keep : undefined);
  return answers.map((answer, index) => second[others.indexOf(index)] ?? answer);
}

async function isOfOtherSource(
  { store }: Deps,
  tenantId: TenantId,
  { event, answer }: { event: NewEvent; answer: Accepted | undefined },
): Promise<boolean> {
  if (answer?.is !== 'duplicate' || event.id !== event.ceId || event.id === null) return false;
  const stored = await store.finder.event({ tenantId, id: event.id });
  return stored !== null && stored.source !== event.source;
}

function renamed(event: NewEvent | undefined): NewEvent[] {
  if (event === undefined) return [];
  const { source, ceId } = event;
  return [{ ...event, id: cloudEventId({ source: source ?? '', id: ceId ?? '' }) }];
}

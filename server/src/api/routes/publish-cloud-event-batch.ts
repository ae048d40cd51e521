import { acceptMany } from '../accept-many.ts';
import { acceptCloudEvents } from '../cloudevents/accept-cloud-events.ts';
import { readBatch } from '../cloudevents/read-structured.ts';
import type { ApiDeps } from '../deps.ts';
import type { Answer, Call } from '../route.ts';

/** Accepts a batch of CloudEvents: all of them are well-formed, or none is taken. */
export async function publishCloudEventBatch(deps: ApiDeps, call: Call): Promise<Answer> {
  const read = readBatch(call.raw);
  return acceptMany(deps, call, {
    read,
    accept: (tenantId, events) => acceptCloudEvents(deps, { tenantId, events }),
  });
}

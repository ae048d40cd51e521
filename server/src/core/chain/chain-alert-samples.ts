import { exampleIds } from '../example-ids.ts';
import type { EventId, ReplayId, TenantId } from '../ids.ts';
import { instant } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import { chainAlertData } from './chain-alert.ts';
import type { ChainAlert } from './chain-alert.ts';
import { calmChain } from './chain.ts';

const ref = { tenantId: exampleIds.tenant as TenantId, correlationId: exampleIds.event };
const heldAt = instant(Date.UTC(2026, 0, 31, 12));
const by = {
  id: 'evt_06f1v5m2q8exam00000000017e' as EventId,
  type: 'research.asked',
  causationId: 'evt_06f1v5m2q8exam00000000016e',
  hops: 17,
};
const held = { ...calmChain, heldAt, heldEventId: by.id };
const goingOn = { ...calmChain, allowedHops: 33, releasedAt: instant(heldAt + 600_000) };
const replayId = 'rpl_06f1v5m2q8exam00000000000r' as ReplayId;

/** What the data of each kind of alert about chains looks like. */
export const chainAlertSamples: Readonly<Record<ChainAlert['kind'], JsonObject>> = {
  held: chainAlertData(ref, { kind: 'held', chain: held, by }),
  released: chainAlertData(ref, { kind: 'released', chain: goingOn, replayId }),
  busy: chainAlertData(ref, { kind: 'busy', by: { ...by, hops: 2 }, at: heldAt }),
};

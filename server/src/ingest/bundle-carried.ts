import type { BundleEventType } from '../core/bundle/bundle-event.ts';
import type { Subscription } from '../core/subscription.ts';
import type { Coalescing } from '../store/queue.ts';
import type { Carried } from './carried.ts';

/**
 * How the deliveries of a bundle's events stand for each other: in order per endpoint; of updates
 * that wait only the newest counts, and none once it is final. What made it is always told.
 */
export function bundleCarried(
  bundleId: string,
  type: BundleEventType,
): Pick<Carried, 'orderKey' | 'coalescing' | 'fields'> {
  // No entity's key begins so.
  const group = `\u0000bundle\u0000${bundleId}`;
  const coalescing: Coalescing = {
    is: 'latest',
    group,
    part: 'updated',
    isKept: type !== 'bundle.updated',
    supersedes: supersedes[type],
  };
  return {
    orderKey: group,
    coalescing: (subscription: Subscription | null) =>
      subscription?.coalesce === false ? null : coalescing,
    fields: null,
  };
}

const supersedes = {
  'bundle.created': 'none',
  'bundle.updated': 'part',
  'bundle.finalized': 'all',
} as const;

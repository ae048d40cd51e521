import { Buffer } from 'node:buffer';
import type { BundleEventType } from '../core/bundle/bundle-event.ts';
import { bundleEventData } from '../core/bundle/bundle-event.ts';
import { bundlePatch } from '../core/bundle/bundle-patch.ts';
import { bundleState } from '../core/bundle/bundle.ts';
import type { NamedBundle } from '../core/bundle/bundle.ts';
import { changedMembers } from '../core/bundle/changed-members.ts';
import type { Json } from '../core/json.ts';
import type { TraceContext } from '../core/trace-context.ts';
import { bundleCarried } from './bundle-carried.ts';
import type { GuardedStep } from './change-guarded.ts';
import type { NewEvent } from './new-event.ts';

/** What a change of a bundle continues. */
export type BundleChain = {
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly trace: TraceContext | null;
};

/** A version of a bundle that is to be, after the one that there is. */
export type BundleStepParts = {
  /** Null when it is the first. */
  readonly before: NamedBundle | null;
  readonly after: NamedBundle;
  /** Null when it stays the same; before it there is none at first, or after it was erased. */
  readonly content: { readonly before: Uint8Array | null; readonly after: Uint8Array } | null;
  readonly type: BundleEventType;
  readonly url: string;
  readonly chain: BundleChain;
};

/** Writes the row of a bundle, with its content if that is new, and the event that tells of it. */
export function bundleStep(parts: BundleStepParts): GuardedStep<NamedBundle> {
  const { after, content, type } = parts;
  const { id, bundle } = after;
  const note = patchOf(parts);
  return {
    is: 'event',
    event: bundleEvent(parts),
    carries: bundleCarried(id, type),
    write: {
      value: bundle as unknown as Json,
      group: bundle.conversationId,
      state: bundleState(bundle),
      hasHistory: true,
      ...(note === null ? {} : { note }),
      ...(content === null ? {} : { content: content.after }),
    },
    answer: after,
  };
}

/** Null when there is nothing that it could begin with. */
function patchOf({ before, after, content }: BundleStepParts): Uint8Array | null {
  if (before === null) return null;
  if (content === null) return bundlePatch(before, after, null);
  const { before: old, after: now } = content;
  return old === null ? null : bundlePatch(before, after, { before: old, after: now });
}

function bundleEvent({ before, after, type, url, chain }: BundleStepParts): NewEvent {
  const { id, bundle } = after;
  const changed = before === null ? [] : changedMembers(before.bundle, bundle);
  const { trace, ...continues } = chain;
  return {
    id: null,
    type,
    data: Buffer.from(bundleEventData(after, { url, changed })),
    contentType: 'application/json',
    ...{ time: null, deliverAt: null, source: bundle.source, key: id },
    entity: { type: 'bundle', id },
    ...continues,
    ...{ metadata: null, ceId: null, callback: null },
    ...(trace === null ? {} : { trace }),
  };
}

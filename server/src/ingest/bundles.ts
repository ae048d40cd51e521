import { createHash } from 'node:crypto';
import { AppError } from '../core/app-error.ts';
import type { Bundle, BundleTexts, NamedBundle } from '../core/bundle/bundle.ts';
import type { BundleEventType } from '../core/bundle/bundle-event.ts';
import type { TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import type { IdempotencyRow } from '../store/idempotency.ts';
import { bundleStep } from './bundle-step.ts';
import type { BundleChain } from './bundle-step.ts';
import { GuardedChanges } from './change-guarded.ts';
import type { ChangedGuarded, GuardedDeps, GuardedStep } from './change-guarded.ts';
import { InTurn } from './in-turn.ts';

/** Which bundle is meant. */
export type BundleRef = { readonly tenantId: TenantId; readonly id: string };

/** What a bundle is to be; the content is JSON, of at most `limits.bundleBytes`. */
export type BundlePut = BundleTexts & { readonly content: Uint8Array };

/** What came of a call. */
export type BundleDone =
  | { readonly is: 'made' | 'changed' | 'unchanged'; readonly named: NamedBundle }
  /** The answer that was kept of the same request. */
  | { readonly is: 'kept'; readonly row: IdempotencyRow };

/** How a change is asked for. */
export type BundleAsk = {
  /** Throws unless the version that there is (null: none) is one that the caller expects. */
  readonly expects: (version: number | null) => void;
  readonly chain: BundleChain;
  /** Keeps the answer, in the transaction of the change. */
  readonly keep?: (named: NamedBundle) => IdempotencyRow;
};

export type BundlesDeps = Pick<GuardedDeps, 'ingest' | 'clock'> & {
  readonly finder: Pick<Finder, 'guarded' | 'guardedContent'>;
  /** The address others reach this server by; null when it is not known. */
  readonly publicUrl: string | null;
};

/** A bundle as it becomes; content that stays is null. */
type Next = {
  readonly bundle: Bundle;
  readonly content: Uint8Array | null;
  readonly type: BundleEventType;
};

/** Null when nothing is to change; throws what refuses the change. */
type Decide = (row: GuardedRow | null, now: Instant) => Next | null;

/** What was read is no longer so. */
class ChangedMeanwhile extends Error {}

/**
 * Makes bundles and their versions, each with the event that tells of it. Changes of one bundle
 * are made one after another on this node; another node's are met as a conflict and decided anew.
 */
export class Bundles {
  readonly #deps: BundlesDeps;
  readonly #changes: GuardedChanges;
  readonly #turns = new InTurn();

  constructor(deps: BundlesDeps) {
    this.#deps = deps;
    this.#changes = new GuardedChanges(deps);
  }

  /**
   * Makes a bundle, or its next version; what is the same in every byte changes nothing. Throws
   * `wrong_state` when it was finalized.
   */
  put(ref: BundleRef, put: BundlePut, ask: BundleAsk): Promise<BundleDone> {
    const sha256 = createHash('sha256').update(put.content).digest('hex');
    return this.#change(ref, ask, (row, now) => nextBundle(row, { ...put, sha256 }, now));
  }

  /** Makes a bundle final; doing it again changes nothing. Throws `not_found`. */
  finalize(ref: BundleRef, ask: BundleAsk): Promise<BundleDone> {
    return this.#change(ref, ask, finalBundle);
  }

  async #change(ref: BundleRef, ask: BundleAsk, decide: Decide): Promise<BundleDone> {
    const decideAsked: Decide = (row, now) => {
      ask.expects(row?.version ?? null);
      return decide(row, now);
    };
    return this.#turns.run(JSON.stringify([ref.tenantId, ref.id]), async () => {
      for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
        try {
          return await this.#changeOnce(ref, ask, decideAsked);
        } catch (cause) {
          if (!(cause instanceof ChangedMeanwhile)) throw cause;
        }
      }
      throw new AppError('conflict');
    });
  }

  async #changeOnce(ref: BundleRef, ask: BundleAsk, decide: Decide): Promise<BundleDone> {
    const { finder, clock } = this.#deps;
    const asked = { ...ref, kind: 'bundle' } as const;
    const read = await finder.guarded(asked);
    const content = decide(read, clock.now())?.content ?? null;
    const old = read === null || content === null ? null : await this.#contentOf(ref, read);
    const changed = await this.#changes.change(asked, (row, now) => {
      if (row?.version !== read?.version) throw new ChangedMeanwhile();
      const next = decide(row, now);
      if (next === null) return unchanged(row);
      return this.#step(ref, row, { next, old, ask });
    });
    return doneOf(changed);
  }

  /** Null when it was erased. */
  async #contentOf(ref: BundleRef, row: GuardedRow): Promise<Uint8Array | null> {
    const found = await this.#deps.finder.guardedContent({ ...ref, kind: 'bundle' });
    if (found === null) return null;
    if (found.version !== bundleOf(row).contentVersion) throw new ChangedMeanwhile();
    return found.content;
  }

  #step(
    ref: BundleRef,
    row: GuardedRow | null,
    { next, old, ask }: { next: Next; old: Uint8Array | null; ask: BundleAsk },
  ): GuardedStep<NamedBundle> {
    const { keep, chain } = ask;
    const { bundle, content, type } = next;
    const after = { id: ref.id, version: (row?.version ?? 0) + 1, bundle };
    const step = bundleStep({
      before: row === null ? null : namedBundle(row),
      after,
      content: content === null ? null : { before: old, after: content },
      ...{ type, chain },
      url: `${this.#deps.publicUrl ?? ''}/v1/bundles/${ref.id}`,
    });
    return keep === undefined || step.is === 'unchanged'
      ? step
      : { ...step, keep: () => keep(after) };
  }
}

function nextBundle(
  row: GuardedRow | null,
  { content, sha256, ...texts }: BundlePut & { readonly sha256: string },
  now: Instant,
): Next | null {
  const before = row === null ? null : bundleOf(row);
  if (before !== null && isSame(before, { ...texts, sha256 })) return null;
  if (before !== null && before.finalizedAt !== null) throw finalized();
  const isKept = before?.sha256 === sha256;
  const bundle: Bundle = {
    ...texts,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    finalizedAt: null,
    bytes: content.length,
    sha256,
    contentVersion: isKept ? before.contentVersion : (row?.version ?? 0) + 1,
  };
  const type = before === null ? 'bundle.created' : 'bundle.updated';
  return { bundle, type, content: isKept ? null : content };
}

function finalBundle(row: GuardedRow | null, now: Instant): Next | null {
  if (row === null) throw new AppError('not_found');
  const before = bundleOf(row);
  if (before.finalizedAt !== null) return null;
  const bundle = { ...before, updatedAt: now, finalizedAt: now };
  return { bundle, type: 'bundle.finalized', content: null };
}

/** The bundle of a row. */
export function bundleOf({ value }: Pick<GuardedRow, 'value'>): Bundle {
  return value as unknown as Bundle;
}

/** A row as a bundle with its name. */
export function namedBundle(row: GuardedRow): NamedBundle {
  return { id: row.id, version: row.version, bundle: bundleOf(row) };
}

function unchanged(row: GuardedRow | null): GuardedStep<NamedBundle> {
  if (row === null) throw new Error('no bundle is nothing that could stay the same');
  return { is: 'unchanged', answer: namedBundle(row) };
}

function doneOf({ answer: named, accepted }: ChangedGuarded<NamedBundle>): BundleDone {
  if (accepted === null) return { is: 'unchanged', named };
  if (accepted.is === 'repeated') return { is: 'kept', row: accepted.row };
  return { is: named.version === 1 ? 'made' : 'changed', named };
}

function isSame(before: Bundle, put: BundleTexts & { readonly sha256: string }): boolean {
  const names = ['conversationId', 'source', 'summary', 'participants', 'sha256'] as const;
  return names.every((name) => JSON.stringify(before[name]) === JSON.stringify(put[name]));
}

function finalized(): AppError {
  return new AppError('wrong_state', 'It was finalized, and final it stays.');
}

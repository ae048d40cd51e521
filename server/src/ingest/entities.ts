import type { TenantId } from '../core/ids.ts';
import { entityKey } from '../core/context/entity-key.ts';
import type { IdempotencyRow } from '../store/idempotency.ts';
import type { GuardedChanges } from './change-guarded.ts';
import { entityStep } from './entity-step.ts';
import type { EntityChange } from './entity-step.ts';
import type { Accepted } from './new-event.ts';

/** What came of a change. */
export type EntityAnswer =
  | {
      readonly is: 'changed';
      /** Of the event that tells of it. */
      readonly eventId: string;
      readonly version: number;
      readonly deliveryCount: number;
    }
  /** Everything was so already: no event, and the version that it had; 0 when it is not known. */
  | { readonly is: 'unchanged'; readonly version: number }
  /** The request was answered before. */
  | { readonly is: 'kept'; readonly row: IdempotencyRow };

/** Makes the row by which an answer is given again to the same request. */
export type KeepEntityAnswer = (answer: Exclude<EntityAnswer, { is: 'kept' }>) => IdempotencyRow;

/** Changes entities; each change is a version with the event that tells of it. */
export class Entities {
  readonly #changes: GuardedChanges;

  constructor(changes: GuardedChanges) {
    this.#changes = changes;
  }

  /** Answers after the durable commit; throws what refuses the change. */
  async change(
    tenantId: TenantId,
    wanted: EntityChange,
    keep: KeepEntityAnswer | null,
  ): Promise<EntityAnswer> {
    const ref = { tenantId, kind: 'entity', id: entityKey(wanted.entity) } as const;
    const keeping =
      keep === null
        ? null
        : (version: number) => (accepted: Accepted) => keep(changed(accepted, version));
    const { answer, accepted } = await this.#changes.change(ref, (row, now) =>
      entityStep({ row, now }, wanted, keeping),
    );
    if (accepted === null) return { is: 'unchanged', version: answer.version };
    if (accepted.is === 'repeated') return { is: 'kept', row: accepted.row };
    return changed(accepted, answer.version);
  }
}

function changed(accepted: Accepted, version: number): Extract<EntityAnswer, { is: 'changed' }> {
  if (accepted.is !== 'accepted') throw new Error(`a change of an entity was ${accepted.is}`);
  const { id: eventId, deliveryCount } = accepted;
  return { is: 'changed', eventId, version, deliveryCount };
}

import { AppError } from '../core/app-error.ts';
import type { CoalesceWish, Subscription } from '../core/subscription.ts';
import { limits } from '../core/limits.ts';
import type { CoalesceInput } from './subscription-errors.ts';
import { coalesceErrors, fieldsErrors, filterErrors, typesErrors } from './subscription-errors.ts';

const defaultWindows = 4;

/** What a caller sets on a subscription. */
export type Wishes = Pick<
  Subscription,
  'types' | 'filter' | 'entity' | 'order' | 'fields' | 'coalesce' | 'claimCheck' | 'ack'
>;

/** Makes wishes of a checked body, defaults filled in; throws what is wrong with them. */
export function readWishes(body: {
  readonly types: readonly string[];
  readonly filter?: string | null | undefined;
  readonly entity?: { type: string; id?: string | null } | null | undefined;
  readonly order?: Subscription['order'] | null | undefined;
  readonly fields?: readonly string[] | null | undefined;
  readonly coalesce?: CoalesceInput;
  readonly claimCheck?: boolean | null | undefined;
  readonly ack?: Subscription['ack'] | null | undefined;
}): Wishes {
  const { types, filter, entity, order, fields, coalesce, claimCheck, ack } = body;
  const errors = [
    ...typesErrors(types, '/types'),
    ...filterErrors(filter, '/filter'),
    ...fieldsErrors({ fields, entity }, '/fields'),
    ...coalesceErrors(coalesce, '/coalesce'),
  ];
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  return {
    types: [...new Set(types)],
    filter: filter ?? null,
    entity: entity ? { type: entity.type, id: entity.id ?? null } : null,
    order: order ?? 'none',
    ...(fields === undefined || fields === null ? {} : { fields: [...new Set(fields)] }),
    ...(coalesce === undefined || coalesce === null ? {} : { coalesce: coalesceOf(coalesce) }),
    ...(claimCheck === true ? { claimCheck } : {}),
    ...(ack ? { ack: { withinMs: ack.withinMs } } : {}),
  };
}

/** Without an end of its own a window waits four times its length at most. */
function coalesceOf(wish: NonNullable<CoalesceInput>): CoalesceWish {
  if (typeof wish === 'boolean') return false;
  const { windowMs, maxWaitMs } = wish;
  return {
    windowMs,
    maxWaitMs: maxWaitMs ?? Math.min(windowMs * defaultWindows, limits.coalesceWaitMaxMs),
  };
}

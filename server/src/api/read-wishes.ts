import { AppError } from '../core/app-error.ts';
import type { Subscription } from '../core/subscription.ts';
import { filterErrors, typesErrors } from './subscription-errors.ts';

/** What a caller sets on a subscription. */
export type Wishes = Pick<Subscription, 'types' | 'filter' | 'entity' | 'order'>;

/** Makes wishes of a checked body, defaults filled in; throws what is wrong with them. */
export function readWishes(body: {
  readonly types: readonly string[];
  readonly filter?: string | null | undefined;
  readonly entity?: { type: string; id?: string | null } | null | undefined;
  readonly order?: Subscription['order'] | null | undefined;
}): Wishes {
  const { types, filter, entity, order } = body;
  const errors = [...typesErrors(types, '/types'), ...filterErrors(filter, '/filter')];
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  return {
    types: [...new Set(types)],
    filter: filter ?? null,
    entity: entity ? { type: entity.type, id: entity.id ?? null } : null,
    order: order ?? 'none',
  };
}

import type { FieldError } from './app-error.ts';
import { isTypePattern } from './match-type.ts';
import type { ReplayRequest } from './replay.ts';

/** A request as asked: whether `as` was said matters. */
export type AskedReplay = Omit<ReplayRequest, 'as'> & { readonly as: ReplayRequest['as'] | null };

const needsEndpoint =
  'is needed with only: all, so that what every endpoint was ever sent is not sent again at once';
const needsAs =
  'is needed with only: all, for delivered ones are among them: as: same keeps the webhook-id, ' +
  'and a receiver that drops repeats drops them; as: new makes new events that they caused';
const noDeliveries =
  'cannot go with only: missing, which looks for deliveries that were never made';

/** What a replay cannot be asked for, by field. */
export function replayRequestErrors(asked: AskedReplay): FieldError[] {
  const { only, as, endpointId, deliveryIds, since, until } = asked;
  return [
    ...error(only === 'all' && endpointId === null, '/endpointId', needsEndpoint),
    ...error(only === 'all' && as === null, '/as', needsAs),
    ...error(only === 'missing' && deliveryIds !== null, '/deliveryIds', noDeliveries),
    ...error(since !== null && until !== null && since >= until, '/until', 'must be after since'),
    ...typeErrors(asked.types ?? []),
  ];
}

function error(isWrong: boolean, pointer: string, message: string): FieldError[] {
  return isWrong ? [{ pointer, message }] : [];
}

function typeErrors(types: readonly string[]): FieldError[] {
  return [...types.entries()].flatMap(([index, type]) =>
    error(
      !isTypePattern(type),
      `/types/${index}`,
      'is not a type, a type with a last segment *, or *',
    ),
  );
}

import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** What has ended stays so, whatever its receiver says of it afterwards. */
export function reportsMove(): Law {
  return lawOf('a report moves nothing that has ended', {
    change_committed({ change, answer }, ledger) {
      if (change.to !== 'report' || answer.is !== 'changed') return null;
      const is = ledger.owed.get(change.deliveryId)?.state;
      return is === 'pending' ? null : `${change.deliveryId} was ${is}`;
    },
  });
}

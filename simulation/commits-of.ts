import type { CatalogueAnswer } from '../server/src/store/catalogue.ts';
import type { HeldShard } from '../server/src/core/shard.ts';
import type {
  AcceptAnswer,
  AttemptRecord,
  ChangeAnswer,
  DeliveryChange,
  DeliveryReport,
  LeaseAnswer,
  PlannedEvent,
  RecordAnswer,
  SettleRequest,
} from '../server/src/store/queue.ts';
import type { Commit } from './fact.ts';

/** The commits that a call has made, by what it was asked and what it answered. */
export function commitsOf(verb: string, args: unknown, answer: unknown): Commit[] {
  switch (verb) {
    case 'accept':
      return pairs<PlannedEvent, AcceptAnswer>(args, answer).map(([planned, each]) => ({
        is: 'accept_committed',
        planned,
        answer: each,
      }));
    case 'record':
      return pairs<AttemptRecord, RecordAnswer>(args, answer).map(([record, each]) => ({
        is: 'record_committed',
        record,
        answer: each,
      }));
    case 'change':
      return pairs<DeliveryChange | DeliveryReport, ChangeAnswer>(args, answer).map(
        ([change, each]) => ({
          is: 'change_committed',
          change,
          answer: each,
        }),
      );
    case 'settle': {
      const { count } = answer as { count: number };
      return [{ is: 'settle_committed', request: args as SettleRequest, count }];
    }
    case 'changeCatalogue': {
      const changed = answer as CatalogueAnswer;
      if (changed.is !== 'changed') return [];
      return [{ is: 'catalogue_committed', resources: changed.resources }];
    }
    case 'lease':
      return [{ is: 'lease_committed', held: (answer as LeaseAnswer).held }];
    case 'release': {
      const { shards } = args as { shards: readonly HeldShard[] };
      return [{ is: 'release_committed', shards }];
    }
    default:
      return [];
  }
}

function pairs<Asked, Answer>(args: unknown, answer: unknown): [Asked, Answer][] {
  const answers = answer as readonly Answer[];
  return (args as readonly Asked[]).flatMap((asked, index): [Asked, Answer][] => {
    const each = answers[index];
    return each === undefined ? [] : [[asked, each]];
  });
}

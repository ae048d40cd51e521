import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryId, EndpointId } from './ids.ts';
import { instant } from './instant.ts';
import { replayRequestErrors } from './replay-request-errors.ts';
import type { AskedReplay } from './replay-request-errors.ts';

const plain: AskedReplay = {
  ...{ only: 'dead', as: null, endpointId: null, types: null, since: null, until: null },
  ...{ eventIds: null, deliveryIds: null, ratePerSecond: null },
};
const endpointId = 'ep_a' as EndpointId;
const deliveryIds = ['dlv_a' as DeliveryId];

const rows: [because: string, parts: Partial<AskedReplay>, wrong: string[]][] = [
  ['dead letters need no more', {}, []],
  ['all of every endpoint is hardly meant', { only: 'all', as: 'new' }, ['/endpointId']],
  ['a receiver may drop what it has', { only: 'all', endpointId }, ['/as']],
  ['it was said how', { only: 'all', endpointId, as: 'same' }, []],
  ['what is missing has no id', { only: 'missing', deliveryIds }, ['/deliveryIds']],
  ['nothing lies between', { since: instant(5), until: instant(5) }, ['/until']],
  ['a star stands last and alone', { types: ['a.*', 'a*'] }, ['/types/1']],
];
for (const [because, parts, wrong] of rows) {
  test(`${JSON.stringify(parts)}: ${because}`, () => {
    const errors = replayRequestErrors({ ...plain, ...parts });

    assert.deepEqual(
      errors.map(({ pointer }) => pointer),
      wrong,
    );
  });
}

test('the word about as says what a receiver does with a webhook-id it knows', () => {
  const [error] = replayRequestErrors({ ...plain, only: 'all', endpointId });

  assert.match(error?.message ?? '', /webhook-id/);
  assert.match(error?.message ?? '', /new/);
});

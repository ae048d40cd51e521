import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { delicateData } from './contract/delicate-data.ts';
import { retriedForHours, secretText } from './contract/retried-for-hours.ts';
import type { ReceivedRequest } from './contract/retried-for-hours.ts';

const twoHours = 2 * 3_600;
const official = new Webhook(secretText);
const deliveries = await retriedForHours(delicateData.map(([, text]) => Buffer.from(text)));

function secondsOf(request: ReceivedRequest | undefined): number {
  return Number(request?.headers['webhook-timestamp']);
}

/** What the official library says of a request when its clock stands at this Unix second. */
function verifiedAt(seconds: number, { headers, body }: ReceivedRequest): unknown {
  mock.timers.enable({ apis: ['Date'], now: seconds * 1_000 });
  try {
    return official.verify(body, headers);
  } finally {
    mock.timers.reset();
  }
}

for (const [index, [what, text]] of delicateData.entries()) {
  const delivery = deliveries[index];
  assert.ok(delivery);
  const { requests } = delivery;

  test(`${what}: every attempt verifies with the official library when it arrives`, () => {
    assert.equal(requests.length, 5);
    for (const request of requests) {
      assert.deepEqual(verifiedAt(secondsOf(request), request), JSON.parse(String(request.body)));
    }
  });

  test(`${what}: the data arrives byte for byte, the same on every attempt`, () => {
    const body = `{"type":"task.completed","timestamp":"2025-06-15T15:06:40.000Z","data":${text}}`;
    for (const request of requests) assert.equal(String(request.body), body);
  });
}

test('the last attempt starts more than two hours after the first, signed anew', () => {
  for (const { requests } of deliveries) {
    const last = requests.at(-1);
    assert.ok(secondsOf(last) - secondsOf(requests[0]) > twoHours);
    assert.notEqual(last?.headers['webhook-signature'], requests[0]?.headers['webhook-signature']);
    assert.equal(last?.headers['webhook-id'], requests[0]?.headers['webhook-id']);
  }
});

test('what the first attempt sent does not verify when the last arrives', () => {
  for (const { requests } of deliveries) {
    const [first] = requests;
    assert.ok(first);
    assert.throws(() => verifiedAt(secondsOf(requests.at(-1)), first), /too old/);
  }
});

test('a changed byte does not verify', () => {
  const last = deliveries[0]?.requests.at(-1);
  assert.ok(last);
  const body = Buffer.from(String(last.body).replace('7890', '7891'));

  assert.throws(() => verifiedAt(secondsOf(last), { ...last, body }), /No matching signature/);
});

test('attempts are numbered from 1 to 5', () => {
  for (const { requests } of deliveries) {
    const numbers = requests.map(({ headers }) => headers['posthorn-attempt']);
    assert.deepEqual(numbers, ['1', '2', '3', '4', '5']);
  }
});

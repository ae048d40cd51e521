import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Confirmations } from './confirmations.ts';
import { instant } from './instant.ts';

const end = instant(1_750_000_600_000);
const before = instant(end - 1);
const ours = new Confirmations(new Uint8Array(32));
const others = new Confirmations(new Uint8Array(32).fill(1));

test('a confirmation holds for what it was issued for, until it ends', () => {
  const token = ours.issue('a', end);
  const later = token.replace(`${end}`, `${end + 1}`);

  const table = [
    { judged: ours.judge(token, 'a', before), is: 'ok', because: 'it is that very one' },
    { judged: ours.judge(token, 'a', end), is: 'expired', because: 'it has ended' },
    { judged: ours.judge(token, 'b', before), is: 'wrong', because: 'it is for another thing' },
    { judged: ours.judge(later, 'a', before), is: 'wrong', because: 'its end was changed' },
    { judged: others.judge(token, 'a', before), is: 'wrong', because: 'another key made it' },
    { judged: ours.judge('', 'a', before), is: 'wrong', because: 'it is empty' },
    { judged: ours.judge('x.y.z', 'a', before), is: 'wrong', because: 'it is no token' },
  ];

  for (const { judged, is, because } of table) assert.equal(judged, is, because);
});

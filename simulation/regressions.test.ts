import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './run-seed.ts';

/** Seeds that once failed, and what was wrong then. */
const regressions: readonly [seed: number, wasWrong: string][] = [
  [17, 'a delivery that was due again at once was counted twice in flight, its shard never given'],
  [4, 'a retry by another node was sent from the row as it was before, with the old budget'],
  [5, 'a cancel by another node did not take what the owner held in memory'],
  [37, 'a node that could not read the catalogue went on sending under the old endpoint'],
  [75, 'the attempt under way when a retry was asked for died by the old budget'],
  [105, 'late news of a retry gave its delivery yet another budget'],
  [128, 'a delivery cancelled before its record was answered was sent again'],
  [53, 'a late read of health for a lost lease made a shard unready for good'],
  [188, 'a breaker did not open while a stored failure lay in the future'],
  [202_107, 'a release that was long under way freed a shard its node had taken again'],
  [2_324, 'a record that was repeated brought back an older row of its breaker'],
  [42, 'what another node had superseded waited in a lane and was sent after what replaced it'],
  [70, 'a superseded report that waited for its next attempt was sent after the newer one'],
  [208, 'a report was built on a version that another node had taken, after the end of the task'],
  [644, 'an accept that was answered late had a delivery sent that was over by then'],
];

for (const [seed, wasWrong] of regressions) {
  test(`seed ${seed} holds: ${wasWrong}`, async () => {
    const { violation } = await runSeed(seed);

    assert.equal(violation, null);
  });
}

test('a seed always gives the same history', async () => {
  const [one, other] = [await runSeed(2), await runSeed(2)];

  assert.equal(one.hash, other.hash);
  assert.ok(one.stepCount >= 200);
});

test('other seeds give other histories', async () => {
  const [one, other] = [await runSeed(2), await runSeed(3)];

  assert.notEqual(one.hash, other.hash);
});

test('forty seeds hold, on two nodes and on one over SQLite', async () => {
  for (let seed = 1_001; seed <= 1_040; seed += 1) {
    const { violation } = await runSeed(seed);

    assert.equal(violation, null, `npm run simulate -- --seed ${seed} --trace`);
  }
});

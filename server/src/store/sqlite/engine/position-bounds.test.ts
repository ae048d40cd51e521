import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instant } from '../../../core/instant.ts';
import { Database } from './database.ts';
import { positionBounds } from './position-bounds.ts';

const hour = 3_600_000;

/** Events at these instants, by position; positions in between are taken by other rows. */
function databaseOf(events: readonly { position: number; at: number }[]): Database {
  const db = new Database(':memory:', { busyMs: 0 });
  db.exec('CREATE TABLE events (position INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL)');
  for (const { position, at } of events) db.run('INSERT INTO events VALUES (?, ?)', position, at);
  return db;
}

test('every row of a time range lies within its bounds, when times go astray by an hour', () => {
  const gap = fc.record({
    step: fc.integer({ min: 1, max: 5 }),
    waitMs: fc.integer({ min: 0, max: hour }),
    astrayMs: fc.integer({ min: -hour / 2, max: hour / 2 }),
  });
  const history = fc.array(gap, { maxLength: 60 }).map((gaps) => {
    let [position, at] = [0, 100 * hour];
    return gaps.map(({ step, waitMs, astrayMs }) => {
      position += step;
      at += waitMs;
      return { position, at: at + astrayMs };
    });
  });
  const bound = fc.integer({ min: 95 * hour, max: 170 * hour });

  fc.assert(
    fc.property(history, bound, bound, (events, a, b) => {
      const [from, until] = [Math.min(a, b), Math.max(a, b)];
      const page = { before: null, limit: 10, from: instant(from), until: instant(until) };

      const { above, below } = positionBounds(databaseOf(events), page);

      for (const { position, at } of events) {
        const isWanted = at >= from && at < until;
        assert.ok(!isWanted || (position > above && position < below), `${position} at ${at}`);
      }
    }),
  );
});

test('a range of a long history is found without walking through it', () => {
  const events = Array.from({ length: 10_000 }, (_, n) => ({ position: n * 3 + 1, at: n * hour }));
  const page = {
    before: null,
    limit: 10,
    from: instant(5_000 * hour),
    until: instant(5_002 * hour),
  };

  const { above, below } = positionBounds(databaseOf(events), page);

  const within = events.filter(({ position }) => position > above && position < below);
  assert.ok(within.length >= 2 && within.length <= 6, `${within.length} events are within`);
});

test('without a range only the cursor bounds', () => {
  const db = databaseOf([{ position: 5, at: 0 }]);

  const page = { before: 9 as never, limit: 10 };
  assert.deepEqual(positionBounds(db, page), { above: 0, below: 9 });
});

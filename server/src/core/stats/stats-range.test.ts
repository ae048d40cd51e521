import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instant, later } from '../instant.ts';
import { limits } from '../limits.ts';
import { addToSlot, noCounts, slots } from './counts.ts';
import { fillBuckets } from './fill-buckets.ts';
import { statsRange } from './stats-range.ts';
import type { StatsAsk, StatsRange } from './stats-range.ts';
import { floorTo, statsKept, widthMs } from './stats-width.ts';

const { minute, hour, day } = widthMs;
/** 2026-01-15T10:20:30Z. */
const now = instant(Date.UTC(2026, 0, 15, 10, 20, 30));

function rangeOf(ask: Partial<StatsAsk>): StatsRange {
  const answer = statsRange({ since: null, until: null, bucketMs: null, ...ask }, now);
  assert.ok(answer.is === 'range', JSON.stringify(answer));
  return answer.range;
}

const chosen: [because: string, spanMs: number, endsAgoMs: number, bucketMs: number][] = [
  ['an hour is shown by the minute', hour, 0, minute],
  ['a day by the hour', day, 0, hour],
  ['a week by the hour', 7 * day, 0, hour],
  ['a month by the day', 29 * day, 0, day],
  ['minutes of last week are kept no longer', hour, 7 * day, hour],
  ['hours of last year neither', day, 200 * day, day],
];
for (const [because, spanMs, endsAgoMs, bucketMs] of chosen) {
  test(`a span of ${spanMs} ms, ${endsAgoMs} ms ago: ${because}`, () => {
    const until = later(now, -endsAgoMs);

    assert.equal(rangeOf({ since: later(until, -spanMs), until }).bucketMs, bucketMs);
  });
}

test('without a word it is the last day, in whole hours', () => {
  const range = rangeOf({});

  const endsAt = instant(Date.UTC(2026, 0, 15, 11));
  const startsAt = instant(Date.UTC(2026, 0, 14, 10));
  assert.deepEqual(range, { since: startsAt, until: endsAt, bucketMs: hour, width: 'hour' });
});

test('buckets of six hours are read from hours, buckets of five minutes from minutes', () => {
  assert.equal(rangeOf({ bucketMs: 6 * hour }).width, 'hour');
  assert.equal(rangeOf({ bucketMs: 5 * minute }).width, 'minute');
  assert.equal(rangeOf({ bucketMs: 7 * day }).width, 'day');
});

const wrong: [because: string, ask: Partial<StatsAsk>, field: string, says: RegExp][] = [
  [
    'it ends before it begins',
    { since: now, until: later(now, -1) },
    'since',
    /earlier than until/,
  ],
  ['it begins in the future', { since: later(now, 1) }, 'since', /earlier than until/],
  ['seconds are not kept', { bucketMs: 90_000 }, 'bucketMs', /whole minutes/],
  [
    'too many minutes would be read',
    { since: later(now, -30 * hour), bucketMs: 5 * minute },
    'bucketMs',
    /more than 1500 minutes .*statsRows/,
  ],
  [
    'the end lies beyond all reason',
    { until: instant(Date.UTC(9999, 0, 1)), since: now, bucketMs: day },
    'bucketMs',
    /statsRows/,
  ],
  [
    'minutes are gone after two days',
    { since: later(now, -3 * day), bucketMs: minute },
    'since',
    /statsMinutesMs.*wider buckets/,
  ],
  [
    'hours are gone after a month',
    { since: later(now, -32 * day), bucketMs: hour },
    'since',
    /statsHoursMs.*wider buckets/,
  ],
  ['days are gone after a year', { since: later(now, -500 * day) }, 'since', /statsDaysMs/],
];
for (const [because, ask, field, says] of wrong) {
  test(`${JSON.stringify(ask)} is refused: ${because}`, () => {
    const answer = statsRange({ since: null, until: null, bucketMs: null, ...ask }, now);

    assert.ok(answer.is === 'wrong');
    assert.equal(answer.field, field);
    assert.match(answer.message, says);
  });
}

test('no range begins before what is kept or reads more rows than allowed', () => {
  const anyInstant = fc.integer({ min: now - 500 * day, max: now + 500 * day }).map(instant);
  const anyAsk = fc.record({
    since: fc.option(anyInstant),
    until: fc.option(anyInstant),
    bucketMs: fc.option(fc.integer({ min: 1, max: 3_000 }).map((minutes) => minutes * minute)),
  });
  fc.assert(
    fc.property(anyAsk, (ask) => {
      const answer = statsRange(ask, now);
      if (answer.is === 'wrong') return;
      const { since, until, bucketMs, width } = answer.range;

      assert.ok(since >= statsKept(now)[width]);
      assert.ok((until - since) / widthMs[width] <= limits.statsRows);
      assert.equal((until - since) % bucketMs, 0);
      assert.equal(bucketMs % widthMs[width], 0);
      assert.ok(since <= (ask.since ?? since) && until >= (ask.until ?? until));
    }),
  );
});

test('every bucket is there, and a row counts in the one that holds it', () => {
  const range = rangeOf({ since: later(now, -4 * hour), bucketMs: 2 * hour });
  const counts = noCounts();
  addToSlot(counts, slots.made, 3);
  const rows = [hour, 2 * hour, 3 * hour].map((ms) => ({
    startsAt: later(range.since, ms),
    counts,
  }));

  const buckets = fillBuckets(rows, range);

  assert.deepEqual(
    buckets.map((each) => [each.startsAt, each.counts[slots.made]]),
    [
      [range.since, 3],
      [later(range.since, 2 * hour), 6],
      [later(range.since, 4 * hour), 0],
    ],
  );
  assert.equal(floorTo(range.since, 2 * hour), range.since);
});

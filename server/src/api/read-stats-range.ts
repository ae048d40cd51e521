import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { Instant } from '../core/instant.ts';
import { statsRange } from '../core/stats/stats-range.ts';
import type { StatsRange } from '../core/stats/stats-range.ts';
import { widthMs } from '../core/stats/stats-width.ts';
import { readInstant } from './instant-text.ts';
import type { statsQuery } from './schemas/stats-schema.ts';

type Query = Static<typeof statsQuery>;

/** The span that a query asks for; throws `validation_failed` when it cannot be served. */
export function readStatsRange(query: Query, now: Instant): StatsRange {
  const { bucket, bucketMs } = query;
  if (bucket !== undefined && bucketMs !== undefined) {
    throw wrong('bucket', 'says the same as bucketMs: send one of them');
  }
  const ask = {
    since: instantOf(query, 'since'),
    until: instantOf(query, 'until'),
    bucketMs: bucket === undefined ? (bucketMs ?? null) : widthMs[bucket],
  };
  const answer = statsRange(ask, now);
  if (answer.is === 'range') return answer.range;
  const field = answer.field === 'bucketMs' && bucket !== undefined ? 'bucket' : answer.field;
  throw wrong(field, answer.message);
}

function instantOf(query: Query, name: 'since' | 'until'): Instant | null {
  const text = query[name];
  if (text === undefined) return null;
  const at = readInstant(text);
  if (at === null) throw wrong(name, 'is not a time that exists');
  return at;
}

function wrong(field: string, message: string): AppError {
  const errors = [{ pointer: `/${field}`, message }];
  return new AppError('validation_failed', undefined, { errors });
}

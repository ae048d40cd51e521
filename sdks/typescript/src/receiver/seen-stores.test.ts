import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { MemorySeenStore } from './memory-seen-store.ts';
import { postgresSeenStore, postgresSeenTable } from './postgres-seen-store.ts';
import { redisSeenStore } from './redis-seen-store.ts';
import type { IoRedisLike, RedisLike } from './redis-seen-store.ts';
import { seenStoreContract } from './seen-store.contract.ts';
import type { SeenStore } from './seen-store.ts';

seenStoreContract('memory', (now) => new MemorySeenStore({ now }));
seenStoreContract('redis', (now) => redisSeenStore(new Redis(now)));
seenStoreContract('ioredis', (now) => redisSeenStore(new IoRedis(now)));
seenStoreContract('postgres', overSql);

test('memory: what is oldest is forgotten past keysMax', async () => {
  const store = new MemorySeenStore({ keysMax: 2 });
  for (const key of ['a', 'b', 'a', 'c']) await store.set(key, key, 10_000);

  const kept = await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)));

  assert.deepEqual(kept, ['a', null, 'c']);
});

/** The commands SET, GET and DEL as Redis documents them, called as `redis` does. */
class Redis implements RedisLike {
  readonly #kept = new Map<string, { value: string; endsAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  set(key: string, value: string, { PX, NX }: { PX: number; NX?: true }): Promise<unknown> {
    if (NX === true && this.#live(key) !== null) return Promise.resolve(null);
    this.#kept.set(key, { value, endsAt: this.#now() + PX });
    return Promise.resolve('OK');
  }

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#live(key));
  }

  del(key: string): Promise<unknown> {
    return Promise.resolve(Number(this.#kept.delete(key)));
  }

  #live(key: string): string | null {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.endsAt > this.#now() ? kept.value : null;
  }
}

/** The same as `ioredis` calls it. */
class IoRedis implements IoRedisLike {
  readonly #redis: Redis;

  constructor(now: () => number) {
    this.#redis = new Redis(now);
  }

  call(command: string, ...words: string[]): Promise<unknown> {
    const [key = '', value = '', px, ms, nx] = words;
    if (command === 'GET') return this.#redis.get(key);
    if (command === 'DEL') return this.#redis.del(key);
    assert.deepEqual([command, px], ['SET', 'PX']);
    const options = { PX: Number(ms), ...(nx === 'NX' ? { NX: true as const } : {}) };
    return this.#redis.set(key, value, options);
  }
}

/** Another database that understands the statements, but for how an interval is written. */
function overSql(now: () => number): SeenStore {
  const database = new DatabaseSync(':memory:');
  database.function('now', () => now());
  database.exec(postgresSeenTable);
  return postgresSeenStore((text, values) => {
    const statement = database.prepare(text.replaceAll(`interval '1 millisecond'`, '1'));
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
    return Promise.resolve({ rows: statement.all(named) });
  });
}

import type { SeenStore } from './seen-store.ts';

/** What is asked of the package `redis` (node-redis 4 and later). */
export type RedisLike = {
  set(
    key: string,
    value: string,
    options: { readonly PX: number; readonly NX?: true },
  ): Promise<unknown>;
  get(key: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
};

/** What is asked of the package `ioredis`. */
export type IoRedisLike = {
  call(command: string, ...words: string[]): Promise<unknown>;
};

/** Remembers in Redis or Valkey, through a client of `redis` or `ioredis` that is connected. */
export function redisSeenStore(client: RedisLike | IoRedisLike): SeenStore {
  return 'call' in client ? overCommands(client) : overOptions(client);
}

function overOptions(client: RedisLike): SeenStore {
  return {
    setIfAbsent: async (key, value, ttlMs) =>
      (await client.set(key, value, { PX: ttlMs, NX: true })) === 'OK',
    get: async (key) => textOf(await client.get(key)),
    set: async (key, value, ttlMs) => void (await client.set(key, value, { PX: ttlMs })),
    delete: async (key) => void (await client.del(key)),
  };
}

function overCommands(client: IoRedisLike): SeenStore {
  return {
    setIfAbsent: async (key, value, ttlMs) =>
      (await client.call('SET', key, value, 'PX', String(ttlMs), 'NX')) === 'OK',
    get: async (key) => textOf(await client.call('GET', key)),
    set: async (key, value, ttlMs) =>
      void (await client.call('SET', key, value, 'PX', String(ttlMs))),
    delete: async (key) => void (await client.call('DEL', key)),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

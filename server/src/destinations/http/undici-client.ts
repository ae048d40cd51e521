import { createRequire } from 'node:module';
import type { Client } from 'undici';

const load = createRequire(import.meta.url);

/** A connection's parser. Loaded by its own path: all of undici would take 13 MB more. */
export const UndiciClient = load('undici/lib/dispatcher/client.js') as typeof Client;

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

/** How a corpus says what is too large, or too dull, to be written out. */
export type Generator = {
  readonly kind: string;
  readonly prefix?: string;
  readonly unit_open?: string;
  readonly core?: string;
  readonly suffix?: string;
  readonly count?: number | 'forever';
  readonly char?: string;
  readonly bytes?: number;
  readonly key?: string;
  readonly value?: string;
  readonly item?: string;
  readonly times?: number;
  readonly inner?: Generator;
  readonly chunk?: string;
  readonly declared?: number;
  readonly sent?: string;
  readonly byte_every_ms?: number;
  readonly every_ms?: number;
};

/** The bytes that a generator means. Fails for one that is played on a socket, or unknown. */
export function generated(generator: Generator): Buffer {
  const { kind, prefix = '', core = '', suffix = '', char = '', bytes = 0 } = generator;
  const count = Number(generator.count ?? 0);
  switch (kind) {
    case 'repeat':
      return Buffer.from(prefix.repeat(count) + core + suffix.repeat(count));
    case 'string':
      return Buffer.from(JSON.stringify(char.repeat(bytes)));
    case 'string-raw':
      return Buffer.from(prefix + char.repeat(bytes) + suffix);
    case 'keys': {
      const { key = '', value = '' } = generator;
      const named = (i: number): string => `${JSON.stringify(key.replace('{i}', `${i}`))}:${value}`;
      return Buffer.from(`{${Array.from({ length: count }, (_, i) => named(i)).join()}}`);
    }
    case 'list':
      return Buffer.from(`[${Array.from({ length: count }, () => generator.item).join()}]`);
    case 'gzip':
      return zipped(generator);
    default:
      return assert.fail(`unknown generator ${kind}`);
  }
}

function zipped({ inner, times = 1 }: Generator): Buffer {
  assert.ok(inner);
  let bytes = generated(inner);
  for (let time = 0; time < times; time += 1) bytes = gzipSync(bytes);
  return bytes;
}

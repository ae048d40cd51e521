import type { Static } from 'typebox';
import { parseAround, sliceMembers } from '../core/json-slice.ts';
import { limits } from '../core/limits.ts';
import type { BundlePut } from '../ingest/bundles.ts';
import type { BundleChain } from '../ingest/bundle-step.ts';
import { tooLarge } from './answer-failure.ts';
import { assertValid, checkerOf } from './checker.ts';
import { sliceFailure } from './read-json.ts';
import type { Call } from './route.ts';
import { BundlePutBody } from './schemas/bundle-schema.ts';

const checkPut = checkerOf(BundlePutBody);
const sliced = ['content'];

/** Reads a body as a bundle whose content is left as bytes; throws what is wrong with it. */
export function readBundle({ raw, trace }: Call): {
  readonly put: BundlePut;
  readonly chain: BundleChain;
} {
  const object = sliceMembers(raw, sliced);
  if (object.is === 'invalid') throw sliceFailure(object, raw);
  const around = parseAround(raw, object);
  assertValid(checkPut(around));
  const range = object.members.get('content');
  if (range === undefined) throw new Error('a body without content was let through');
  const content = raw.subarray(range.start, range.end);
  if (content.length > limits.bundleBytes) throw tooLarge(limits.bundleBytes);
  const body = around as Static<typeof BundlePutBody>;
  const { conversationId, source = null, summary = '', participants = [] } = body;
  return {
    put: { conversationId, source, summary, participants, content },
    chain: readBundleChain({ body, trace }),
  };
}

/** What a change of a bundle continues. */
export function readBundleChain({
  body,
  trace,
}: Pick<Call, 'trace'> & {
  readonly body: { readonly correlationId?: string; readonly causationId?: string } | undefined;
}): BundleChain {
  return {
    correlationId: body?.correlationId ?? null,
    causationId: body?.causationId ?? null,
    trace,
  };
}

import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
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
  const { start = 0, end = 0 } = object.members.get('content') ?? {};
  const content = raw.subarray(start, end);
  if (content.length > limits.bundleBytes) throw tooLarge(limits.bundleBytes);
  // What is parsed must be small: the content is not.
  if (raw.length - content.length > limits.bundleEnvelopeBytes) throw envelopeTooLarge();
  const around = parseAround(raw, object);
  assertValid(checkPut(around));
  const body = around as Static<typeof BundlePutBody>;
  const { conversationId, source = null, summary = '', participants = [] } = body;
  return {
    put: { conversationId, source, summary, participants, content },
    chain: readBundleChain({ body, trace }),
  };
}

function envelopeTooLarge(): AppError {
  const detail = `All but the content has over ${limits.bundleEnvelopeBytes} bytes.`;
  return new AppError('payload_too_large', detail);
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

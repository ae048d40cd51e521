import { Buffer } from 'node:buffer';
import type { Instant } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import { bundleState } from './bundle.ts';
import type { NamedBundle } from './bundle.ts';

/** All members of the document of a bundle but its content, in their order. */
export function bundleHead({ id, version, bundle }: NamedBundle): JsonObject {
  const { conversationId, source, summary, participants } = bundle;
  const { createdAt, updatedAt, finalizedAt } = bundle;
  return {
    ...{ id, conversationId, source, summary, participants: [...participants] as JsonObject[] },
    ...{ state: bundleState(bundle), version },
    ...{ createdAt: timeText(createdAt), updatedAt: timeText(updatedAt) },
    finalizedAt: finalizedAt === null ? null : timeText(finalizedAt),
  };
}

/** The document of a bundle, its content byte for byte as it was sent. */
export function bundleDocument(named: NamedBundle, content: Uint8Array): Uint8Array {
  const head = JSON.stringify(bundleHead(named)).slice(0, -1);
  return Buffer.concat([Buffer.from(`${head},"content":`), content, Buffer.from('}')]);
}

function timeText(at: Instant): string {
  return new Date(at).toISOString();
}

import type { Instant } from '../instant.ts';

/** Somebody who took part in a conversation: an id or name, or more of them. */
export type Participant =
  string | { readonly id: string; readonly name?: string | null; readonly role?: string | null };

/** What is said of a conversation beside the content. */
export type BundleTexts = {
  readonly conversationId: string;
  readonly source: string | null;
  readonly summary: string;
  readonly participants: readonly Participant[];
};

/** Distilled context of a conversation, as its row holds it; the content lies beside the row. */
export type Bundle = BundleTexts & {
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Null while it may still change. */
  readonly finalizedAt: Instant | null;
  /** Of the content. */
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** The version that brought the content. */
  readonly contentVersion: number;
};

/** A bundle with what names it. */
export type NamedBundle = {
  readonly id: string;
  readonly version: number;
  readonly bundle: Bundle;
};

/** Whether a bundle may still change. */
export function bundleState({ finalizedAt }: Bundle): 'open' | 'finalized' {
  return finalizedAt === null ? 'open' : 'finalized';
}

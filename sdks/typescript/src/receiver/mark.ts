import type { WebhookEvent } from '../signing/webhook-event.ts';

/** What is remembered of an event. */
export type Mark =
  /** `by` names the one delivery that holds it, so that no other ends its hold. */
  | { readonly is: 'in_flight'; readonly by: string; readonly endsAt: number }
  | {
      readonly is: 'done';
      /** When the processed request was signed, in Unix seconds. */
      readonly signedAt: number;
      /** The attempt of the replay that was processed; null when it was no replay. */
      readonly replayAttempt: number | null;
    };

/** Writes a mark as a seen-store keeps it. */
export function markText(mark: Mark): string {
  return JSON.stringify(mark);
}

/** Reads a mark back; what nobody here wrote counts as done, so that nothing is done twice. */
export function readMark(text: string): Mark {
  try {
    const mark = JSON.parse(text) as Mark | null;
    if (mark?.is === 'in_flight' || mark?.is === 'done') return mark;
  } catch {
    // Not JSON: another program wrote it.
  }
  return { is: 'done', signedAt: Number.MAX_SAFE_INTEGER, replayAttempt: null };
}

/** The mark of an event that was processed. */
export function doneMark({ context }: Pick<WebhookEvent, 'context'>): Mark {
  const replayAttempt = context.isReplay ? context.attempt : null;
  return { is: 'done', signedAt: secondsOf(context.signedAt), replayAttempt };
}

/**
 * What a replay of a processed event asks for. As its header is not signed, it must be signed
 * later than what was processed: the same second is `too_soon`, and its next attempt is not. A
 * later attempt of a replay that was processed is a repeat.
 */
export function judgeReplay(
  { context }: Pick<WebhookEvent, 'context'>,
  mark: Extract<Mark, { is: 'done' }>,
): 'new' | 'repeat' | 'too_soon' {
  const isRepeat = mark.replayAttempt !== null && context.attempt > mark.replayAttempt;
  if (!context.isReplay || isRepeat) return 'repeat';
  const signedAt = secondsOf(context.signedAt);
  if (signedAt === mark.signedAt) return 'too_soon';
  return signedAt > mark.signedAt ? 'new' : 'repeat';
}

function secondsOf(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000);
}

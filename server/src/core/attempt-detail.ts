import type { Phases, ReceivedAnswer, SentRequest } from './attempt.ts';

/** What an attempt sent and saw, besides what the log is searched by. */
export type AttemptSight = {
  readonly phases: Phases;
  readonly request: SentRequest;
  readonly answer: ReceivedAnswer | null;
};

/**
 * One JSON text of all but the answer's body. It is written where the attempt was made and read
 * where somebody looks at it: on the way to the disk it crosses threads as plain text.
 */
export function writeDetail({ phases, request, answer }: AttemptSight): string {
  const head = answer && { headers: answer.headers, isTruncated: answer.isTruncated };
  return JSON.stringify({ phases, request, answer: head });
}

/** The sight that {@link writeDetail} wrote, with the body that was kept beside it. */
export function readDetail(detail: string, body: Uint8Array | null): AttemptSight {
  const { phases, request, answer } = JSON.parse(detail) as Omit<AttemptSight, 'answer'> & {
    answer: Omit<ReceivedAnswer, 'body'> | null;
  };
  return { phases, request, answer: answer && { ...answer, body: body ?? new Uint8Array() } };
}

import type { Answer, Call, EndlessText } from './route.ts';

const headers = {
  'cache-control': 'no-store',
  // What was said last is no end of an answer, after which another request could follow.
  connection: 'close',
  // Some proxies hold answers back until they are large.
  'x-accel-buffering': 'no',
} as const;

/** The answer that is a stream; whoever asks for its head alone opens none. */
export async function endlessAnswer(
  { method }: Pick<Call, 'method'>,
  open: () => Promise<EndlessText>,
): Promise<Answer> {
  const contentType = 'text/event-stream; charset=utf-8';
  if (method === 'HEAD') return { status: 200, text: '', contentType, headers };
  return { status: 200, stream: await open(), contentType, headers };
}

import type { Answer, Call } from './route.ts';

const headers = {
  'cache-control': 'no-store',
  // Some proxies hold answers back until they are large.
  'x-accel-buffering': 'no',
} as const;

/** The answer that is a stream; whoever asks for its head alone opens none. */
export async function endlessAnswer(
  { method }: Pick<Call, 'method'>,
  open: () => Promise<AsyncGenerator<string, void, undefined>>,
): Promise<Answer> {
  const contentType = 'text/event-stream; charset=utf-8';
  if (method === 'HEAD') return { status: 200, text: '', contentType, headers };
  return { status: 200, stream: await open(), contentType, headers };
}

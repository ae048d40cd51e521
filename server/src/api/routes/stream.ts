import type { Static } from 'typebox';
import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { StoredEvent } from '../../core/event.ts';
import { compileTypes, isTypePattern } from '../../core/match-type.ts';
import { eventStream } from '../event-stream.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { streamQuery } from '../schemas/stream-schema.ts';
import { grantedTypes, isRefused } from '../stream-grant.ts';
import { streamPosition } from '../stream-position.ts';
import { endlessAnswer } from '../stream-answer.ts';

type StreamCall = Call<unknown, Static<typeof streamQuery>>;

/** Events as they are accepted, for whoever follows along. */
export const streamEvents = route({
  method: 'GET',
  path: '/v1/stream',
  summary: 'Follow events as they are accepted, as server-sent events',
  scope: 'read',
  isForPages: true,
  query: streamQuery,
  headers: { 'Last-Event-ID': 'The `id` of the last message that was seen: goes on after it.' },
  answers: { 200: Type.Unknown({ description: 'Messages.' }) },
  answerType: 'text/event-stream',
  fails: ['cursor_mismatch', 'cursor_too_old', 'validation_failed', 'too_many_streams'],
  handle: async (call, deps): Promise<Answer> => {
    const wants = wish(call);
    const after = await streamPosition(call, call.query.after, deps);
    return endlessAnswer(call, async () => {
      const reader = await deps.feed.open({ tenantId: call.access.reach, after, wants });
      const { access } = call;
      return eventStream(reader, { isLast: () => false, isRefused: () => isRefused(access, deps) });
    });
  },
});

/** What the query and the token leave of all events. */
function wish({ query, access }: StreamCall): (event: StoredEvent) => boolean {
  const isAsked = byTypes(query.types?.split(',') ?? null);
  const isGranted = byTypes(grantedTypes(access.grant));
  const { source, entity } = query;
  const isAbout = entity === undefined ? null : aboutEntity(entity);
  return (event) =>
    isAsked(event.type) &&
    isGranted(event.type) &&
    (source === undefined || event.source === source) &&
    (isAbout === null || isAbout(event));
}

function byTypes(patterns: readonly string[] | null): (type: string) => boolean {
  if (patterns === null) return () => true;
  const wrong = patterns.find((pattern) => !isTypePattern(pattern));
  if (wrong === undefined) return compileTypes(patterns);
  const message = `has ${JSON.stringify(wrong)}, which is no pattern such as task.* or *`;
  throw new AppError('validation_failed', undefined, { errors: [{ pointer: '/types', message }] });
}

function aboutEntity(text: string): (event: StoredEvent) => boolean {
  const slash = text.indexOf('/');
  const [type, id] = slash === -1 ? [text, null] : [text.slice(0, slash), text.slice(slash + 1)];
  return ({ entity }) => entity?.type === type && (id === null || entity.id === id);
}

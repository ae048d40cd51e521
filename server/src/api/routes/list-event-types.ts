import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import { builtInEventTypes } from '../../core/built-in-event-types.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Position } from '../../core/ids.ts';
import { isReservedType } from '../../core/event-type.ts';
import { limits } from '../../core/limits.ts';
import type { Page, PageOf } from '../../store/page.ts';
import type { Access } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { route } from '../route.ts';
import { EventTypeBody } from '../schemas/event-type-schema.ts';
import { closed } from '../schemas/fields.ts';
import { builtInTypeView, eventTypeView, seenTypeView } from '../views/event-type-view.ts';

type View = ReturnType<typeof eventTypeView>;
type Row = { readonly position: Position; readonly view: View };

/** Lists what is registered, or what is not and was seen all the same. */
export const listEventTypes = route({
  method: 'GET',
  path: '/v1/event-types',
  summary: 'List event types, newest first, those that are built in last',
  scope: 'read',
  query: closed({
    limit: listQuery.limit,
    cursor: listQuery.cursor,
    registered: Type.Optional(
      Type.Boolean({
        description: 'false: those seen on events and not registered; for keys of the operator.',
      }),
    ),
  }),
  answers: { 200: listOf(EventTypeBody) },
  fails: ['cursor_mismatch'],
  handle: async (call, deps) => {
    const everywhere = { ...call, access: nobodys(call.access) };
    const page = pageOf(everywhere);
    const isSeen = call.query.registered === false;
    const rows = isSeen ? await seenTypes(deps, call.access, page) : registeredTypes(deps, page);
    return listAnswer(everywhere, rows, ({ view }) => view);
  },
});

/** Types belong to no tenant, so none need be named. */
function nobodys({ key }: Access): Access {
  return { key, tenant: 'default' as TenantId, reach: null };
}

/** Places in this list: first those that are built in, from 0 on, then the others. */
function registeredTypes({ mirror }: ApiDeps, { before, limit }: Page): PageOf<Row> {
  const builtIn = builtInEventTypes.flatMap((type, index) => {
    // Who registers one has the last word on it.
    if (mirror.get('event_type', null, type.id) !== null) return [];
    return [{ position: index as Position, view: builtInTypeView(type) }];
  });
  const registered = mirror.list('event_type', null).map(({ position, value }) => ({
    position: (position + builtInEventTypes.length) as Position,
    view: eventTypeView(value),
  }));
  const after = [...registered, ...builtIn.toReversed()].filter(
    ({ position }) => before === null || position < before,
  );
  const rows = after.slice(0, limit);
  return { rows, next: after.length > limit ? (rows.at(-1)?.position ?? null) : null };
}

/** One tenant's types are none of another's business. */
async function seenTypes(deps: ApiDeps, { key }: Access, page: Page): Promise<PageOf<Row>> {
  if (key?.tenantId !== null) {
    throw new AppError('forbidden', 'Types that are not registered are listed for the operator.');
  }
  const rows: Row[] = [];
  let before = page.before;
  for (let read = 0; read < limits.scanRows && rows.length < page.limit;) {
    const names = await deps.store.finder.eventTypes({ before, limit: page.limit });
    for (const { position, type } of names) {
      if (rows.length === page.limit) break;
      before = position;
      if (isUnregistered(deps, type)) rows.push({ position, view: seenTypeView(type) });
    }
    if (names.length < page.limit && rows.length < page.limit) return { rows, next: null };
    read += names.length;
  }
  return { rows, next: before };
}

function isUnregistered({ mirror }: ApiDeps, type: string): boolean {
  const isBuiltIn = builtInEventTypes.some(({ id }) => id === type);
  return !isReservedType(type) && !isBuiltIn && mirror.get('event_type', null, type) === null;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import {
  bodiesNaming,
  bodiesOf,
  madeForPath,
  makingOwn,
  namedIds,
  operatorsPaths,
  queriesOf,
  sharedPaths,
  unknownToAll,
} from './contract/tenancy-fixtures.ts';
import type { Maker } from './contract/tenancy-fixtures.ts';
import { describedOperations } from './contract/described-operations.ts';
import type { Operation } from './contract/described-operations.ts';
import { operatorKey } from './contract/opened-api.ts';
import { keys, owner, stranger, TenancyStage } from './contract/tenancy-stage.ts';
import type { Who } from './contract/tenancy-stage.ts';

const operations = await describedOperations();
const named = operations.filter(({ method, path }) => {
  const isMadeOwn = makingOwn[`${method} ${path}`] !== undefined;
  return path.includes('{') && sharedOf(path) === null && !isMadeOwn;
});

test('the document describes operations that name something', () => {
  assert.ok(named.length > 15, `${named.length}`);
});

for (const operation of named) {
  const { method, path } = operation;
  test(`${method} ${path} of another tenant is as unknown as what nobody has`, async () => {
    await using stage = await TenancyStage.open();
    const id = await makerOf(path)(stage);
    const nobodys = inventedLike(id);

    for (const caller of callersOf(path)) {
      const foreign = await ask(stage, operation, { id, caller });
      const unknown = await ask(stage, operation, { id: nobodys, caller });

      assert.equal(foreign.statusCode, caller.expects(operation), foreign.body);
      assert.deepEqual(told(foreign, id), told(unknown, nobodys));
    }

    const own = await ask(stage, operation, { id, caller: ownerOf(operation) });
    assert.ok(![401, 403, 404].includes(own.statusCode) && own.statusCode < 500, own.body);
  });
}

const withQueries = operations.flatMap((operation) =>
  operation.query.filter(isId).map((name) => ({ operation, name })),
);
for (const { operation, name } of withQueries) {
  const { method, path } = operation;
  const maker = namedIds[name];
  if (typeof maker === 'string') continue;
  test(`${method} ${path}?${name}= of another tenant answers as for what nobody has`, async () => {
    assert.ok(maker, `tenancy-fixtures.ts does not say whose a ${name} is`);
    await using stage = await TenancyStage.open();
    const id = await maker(stage);
    const nobodys = inventedLike(id);

    for (const caller of strangers) {
      const foreign = await ask(stage, operation, {
        id: null,
        caller: { ...caller, query: `?${name}=${id}` },
      });
      const unknown = await ask(stage, operation, {
        id: null,
        caller: { ...caller, query: `?${name}=${nobodys}` },
      });

      assert.ok(foreign.statusCode < 500, foreign.body);
      assert.deepEqual(told(foreign, id), told(unknown, nobodys));
    }
  });
}

const described = operations.flatMap((operation) =>
  operation.bodyIds.map((name) => naming(operation, name)),
);
for (const name of new Set([...described, ...Object.keys(bodiesNaming)])) {
  const [method = '', path = '', field = ''] = name.split(' ');
  const maker = namedIds[field];
  if (typeof maker === 'string') continue;
  test(`${method} ${path} with another tenant’s ${field} answers as for nobody’s`, async () => {
    assert.ok(maker, `tenancy-fixtures.ts does not say whose a ${field} is`);
    const bodyOf = bodiesNaming[name] ?? assert.fail(`tenancy-fixtures.ts has no body for ${name}`);
    const operation = operations.find((each) => naming(each, field) === name);
    assert.ok(operation, `${method} ${path} is no operation any more`);
    await using stage = await TenancyStage.open();
    const id = await maker(stage);
    const nobodys = inventedLike(id);
    const as = async (theId: string, who: Who, caller: Caller) => {
      const { body, pathId = null } = await bodyOf(theId, who, stage);
      return ask(stage, operation, { id: pathId, caller: { ...caller, body } });
    };

    for (const caller of strangers.filter((each) => mayName(field, each))) {
      const foreign = await as(id, stranger, caller);
      const unknown = await as(nobodys, stranger, caller);

      assert.ok(foreign.statusCode < 500, foreign.body);
      assert.deepEqual(told(foreign, id), told(unknown, nobodys));
    }

    const own = await as(id, owner, ownerOf(operation));
    assert.equal(own.statusCode < 300, unknownToAll[name] === undefined, own.body);
  });
}

function naming({ method, path }: Operation, field: string): string {
  return `${method} ${path} ${field}`;
}

test('no list shows a row of another tenant', async () => {
  await using stage = await TenancyStage.open();
  const ids = await Promise.all(Object.values(madeForPath).map((make) => make(stage)));
  const lists = operations.filter(({ method, path, isList }) => {
    return method === 'GET' && isList && !path.includes('{') && !sharedLists.includes(path);
  });

  for (const list of lists) {
    for (const caller of strangers) {
      const { body, statusCode } = await ask(stage, list, {
        id: null,
        caller: { ...caller, query: '?limit=500' },
      });
      assert.ok(statusCode === 200 || statusCode === 403, body);
      for (const id of ids) assert.ok(!shows(body, id), `${list.path} shows ${id}`);
    }
    const own = await ask(stage, list, {
      id: null,
      caller: { ...ownerOf(list), query: '?limit=500' },
    });
    if (own.statusCode === 200) {
      assert.ok(
        ids.some((id) => shows(own.body, id)),
        `${list.path} shows the owner nothing`,
      );
    }
  }
  assert.ok(lists.length >= 5, lists.map(({ path }) => path).join());
});

test('a key that names another tenant is told what it is told of none', async () => {
  await using stage = await TenancyStage.open();
  for (const operation of operations.filter(({ isTenants }) => isTenants)) {
    const as = (tenant: string): Promise<LightMyRequestResponse> =>
      ask(stage, operation, {
        id: 'none',
        caller: { key: keys[stranger], tenant, expects: () => 404 },
      });

    const [foreign, unknown] = [await as(owner), await as('nobody')];

    assert.equal(foreign.statusCode, 404, `${operation.method} ${operation.path}: ${foreign.body}`);
    assert.deepEqual(told(foreign, owner), told(unknown, 'nobody'));
  }
});

function shows(body: string, id: string): boolean {
  return body.includes(`"${id.split('/').at(-1)}"`);
}

type Caller = {
  readonly key: string;
  readonly tenant?: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly expects: (operation: Operation) => number;
};

const strangers: readonly Caller[] = [
  { key: keys[stranger], expects: ({ isOperators }) => (isOperators ? 403 : 404) },
  { key: operatorKey, tenant: stranger, expects: () => 404 },
];

/** Lists of what is the operator's. */
const sharedLists = ['/v1/event-types', '/v1/tenants'];

function callersOf(path: string): readonly Caller[] {
  const isOperators = operatorsPaths.some((each) => path.startsWith(each));
  return isOperators ? strangers.filter(({ tenant }) => tenant === undefined) : strangers;
}

/** The operator may give a key to any tenant. */
function mayName(name: string, { tenant }: Caller): boolean {
  return name !== 'tenantId' || tenant === undefined;
}

function ownerOf({ isOperators }: Operation): Caller {
  const key = isOperators ? operatorKey : keys[owner];
  return { key, expects: () => 200 };
}

function sharedOf(path: string): string | null {
  return sharedPaths[path] ?? null;
}

function makerOf(path: string): Maker {
  const found = Object.keys(madeForPath)
    .filter((prefix) => path === prefix || path.startsWith(`${prefix}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  const maker = found === undefined ? undefined : madeForPath[found];
  return maker ?? assert.fail(`tenancy-fixtures.ts cannot make what ${path} names`);
}

function isId(name: string): boolean {
  return /Ids?$/.test(name);
}

/** An id of the same form that nobody has. */
function inventedLike(id: string): string {
  return `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`.replace(owner.slice(0, -1), 'nobody');
}

function ask(
  stage: TenancyStage,
  { method, path, hasBody }: Operation,
  { id, caller }: { id: string | null; caller: Caller },
): Promise<LightMyRequestResponse> {
  const { key, tenant, query = queriesOf[`${method} ${path}`] ?? '', body } = caller;
  const url = id === null ? path : path.replace(placeholders, id);
  const sent = body ?? bodiesOf[`${method} ${path}`] ?? {};
  return stage.api.call({
    ...{ method, url: url + query, key },
    ...(tenant === undefined ? {} : { tenant }),
    ...(hasBody ? { body: sent } : {}),
  });
}

/** Those that stand side by side are one name, as the type and id of an entity. */
const placeholders = /\{\w+\}(\/\{\w+\})*/;

/** An answer without what differs from call to call: ids that were made, and times. */
function told(answer: LightMyRequestResponse, id: string): unknown {
  const text = answer.body
    .replaceAll(id, '{id}')
    .replaceAll(/\b[a-z]+_[0-9a-z]{26}\b/g, 'made')
    .replaceAll(/"(secret|key|hint)":"[^"]*"/g, '"$1":"made"')
    .replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"time"');
  return { status: answer.statusCode, text };
}

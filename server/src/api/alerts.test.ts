import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Problem = { code: string; errors?: { pointer: string }[] };
type Shown = {
  id: string;
  contacts: object[];
  alert: object | null;
  alertsReach: string;
  warnings?: { code: string }[];
};

const hook = 'https://hooks.slack.example/services/T0/B0/s3cret';
const url = 'https://receiver.example/in';

async function make(api: OpenedApi, body: object = {}, tenant = 'default'): Promise<Shown> {
  const answer = await api.call({ url: '/v1/endpoints', body: { url, ...body }, tenant });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<Shown>();
}

async function patch(api: OpenedApi, path: string, body: object) {
  return api.call({ method: 'PATCH', url: path, body });
}

test('what is said of alerts on an endpoint is shown, its Slack hook masked', async () => {
  await using api = await openApi();
  const contacts = [{ email: 'oncall@example.com' }, { slackUrl: hook }];
  const alert = { failures: 3, windowMs: 60_000 };

  const made = await make(api, { contacts, alert, types: ['a'] });
  const read = await api.call({ url: `/v1/endpoints/${made.id}` });

  const shown = [contacts[0], { slackUrl: 'https://hooks.slack.example/••••' }];
  assert.deepEqual([made.contacts, made.alert, made.alertsReach], [shown, alert, 'nobody']);
  assert.deepEqual(read.json<Shown>().contacts, shown);
  assert.deepEqual(
    made.warnings?.map(({ code }) => code),
    ['contact_not_sent'],
  );
});

test('a patch of something else keeps contacts, and null takes them away', async () => {
  await using api = await openApi();
  const oncall = await make(api);
  const contacts = [{ endpointId: oncall.id }, { slackUrl: hook }];
  const { id } = await make(api, { contacts, alert: { failures: 3, windowMs: 9_000 } });

  const kept = await patch(api, `/v1/endpoints/${id}`, { alert: { failures: 2 } });
  const stored = api.mirror.get('endpoint', null, id)?.value.contacts;
  const gone = await patch(api, `/v1/endpoints/${id}`, { contacts: null, alert: null });

  assert.deepEqual(stored, contacts);
  assert.deepEqual(kept.json<Shown>().alert, { failures: 2, windowMs: 9_000 });
  const { contacts: none, alert, alertsReach } = gone.json<Shown>();
  assert.deepEqual([none, alert, alertsReach], [[], null, 'nobody']);
});

const refused: [because: string, body: object, code: string, pointer: string][] = [
  [
    'two in one',
    { contacts: [{ email: 'a@b', slackUrl: hook }] },
    'validation_failed',
    '/contacts/0',
  ],
  ['none at all', { contacts: [{}] }, 'validation_failed', '/contacts/0'],
  ['no address', { contacts: [{ email: 'a b' }] }, 'validation_failed', '/contacts/0/email'],
  ['nobody', { contacts: [{ endpointId: 'ep_1' }] }, 'validation_failed', '/contacts/0/endpointId'],
  [
    'no hook',
    { contacts: [{ slackUrl: 'http://127.0.0.1/' }] },
    'address_forbidden',
    '/contacts/0/slackUrl',
  ],
  [
    'a mask',
    { contacts: [{ slackUrl: 'https://a.example/••••' }] },
    'validation_failed',
    '/contacts/0/slackUrl',
  ],
  [
    'too many',
    { contacts: Array.from({ length: 11 }, (_, who) => ({ email: `${who}@b` })) },
    'validation_failed',
    '/contacts',
  ],
  ['no failure', { alert: { failures: 0 } }, 'validation_failed', '/alert/failures'],
  ['no time', { alert: { windowMs: 1 } }, 'validation_failed', '/alert/windowMs'],
];
for (const [because, body, code, pointer] of refused) {
  test(`alert settings are refused: ${because}`, async () => {
    await using api = await openApi();

    const answers = [
      await api.call({ url: '/v1/endpoints', body: { url, ...body } }),
      await api.call({ method: 'PUT', url: '/v1/tenants/acme', body }),
      await patch(api, '/v1/alert-defaults', body),
    ];

    for (const answer of answers) {
      const problem = answer.json<Problem>();
      assert.deepEqual([answer.statusCode, problem.code], [422, code], answer.body);
      assert.equal(problem.errors?.[0]?.pointer, pointer);
    }
  });
}

test('a tenant names contacts for all its endpoints, but none of another tenant', async () => {
  await using api = await openApi();
  for (const id of ['acme', 'globex']) await api.call({ url: '/v1/tenants', body: { id } });
  const [own, theirs] = [await make(api, {}, 'acme'), await make(api, {}, 'globex')];
  const put = (endpointId: string) =>
    api.call({ method: 'PUT', url: '/v1/tenants/acme', body: { contacts: [{ endpointId }] } });

  const answers = [await put(theirs.id), await put(own.id), await put(own.id)];
  const { alertsReach } = await make(api, {}, 'acme');

  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [422, 200, 200],
  );
  assert.deepEqual(answers[2]?.json<Shown>().contacts, [{ endpointId: own.id }]);
  assert.equal(answers[1]?.headers['etag'], answers[2]?.headers['etag']);
  assert.equal(alertsReach, 'contacts');
});

test('the operator says what holds where nobody else does', async () => {
  await using api = await openApi();
  const oncall = await make(api);
  const before = await api.call({ url: '/v1/alert-defaults' });

  const body = { contacts: [{ endpointId: oncall.id }], alert: { failures: 9 } };
  const changed = await patch(api, '/v1/alert-defaults', body);
  const again = await patch(api, '/v1/alert-defaults', { alert: { windowMs: 5_000 } });
  const { alertsReach } = await make(api);
  const tenants = await api.grant({
    tenantId: 'default',
    scopes: ['admin'],
    text: 'ph_tenants-key-0123456789-abcdef',
  });
  const foreign = await api.call({ url: '/v1/alert-defaults', key: tenants });

  assert.deepEqual(before.json(), { contacts: [], alert: null });
  assert.deepEqual(changed.json(), body);
  assert.deepEqual(again.json(), { ...body, alert: { failures: 9, windowMs: 5_000 } });
  assert.equal(alertsReach, 'contacts');
  assert.equal(foreign.statusCode, 403);
});

test('alerts reach subscribers that name them, not those of everything', async () => {
  await using api = await openApi();
  await make(api, { types: ['*'] });
  const before = await make(api);

  await make(api, { types: ['posthorn.*'] });
  const after = await make(api);

  assert.deepEqual([before.alertsReach, after.alertsReach], ['nobody', 'subscribers']);
});

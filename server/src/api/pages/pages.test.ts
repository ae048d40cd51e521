import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failures } from '../../core/failures.ts';
import { openApi } from '../contract/opened-api.ts';
import type { OpenApiDocument } from '../openapi-document.ts';
import { allNotes } from '../notes/all-notes.ts';
import { html, withCode } from './html.ts';

test('the reference shows every operation of the document, and the outgoing delivery', async () => {
  await using api = await openApi();
  const described = await api.call({ url: '/openapi.json', key: null });
  const { paths, webhooks } = described.json<OpenApiDocument>();

  const { statusCode, headers, body } = await api.call({ url: '/docs', key: null });

  assert.equal(statusCode, 200);
  assert.match(String(headers['content-type']), /^text\/html/);
  const groups = [...Object.values(paths), ...Object.values(webhooks)];
  const ids = groups.flatMap((methods) => Object.values(methods).map((each) => each.operationId));
  assert(ids.length > 30);
  for (const id of ids) assert(body.includes(`id="${id}"`), `${id} is missing`);
});

test('the reference shows each example that can be sent', async () => {
  await using api = await openApi();

  const { body } = await api.call({ url: '/docs', key: null });

  const examples = Object.values(allNotes).flatMap((note) => note.examples ?? []);
  assert(examples.length > 20);
  for (const { shows, value } of examples) {
    assert(body.includes(html`Example: ${shows}`.html), shows);
    assert(body.includes(html`${JSON.stringify(value, null, 2)}`.html), shows);
  }
});

for (const url of ['/docs', '/problems', '/problems/not_found']) {
  test(`${url} needs no other host and runs no script`, async () => {
    await using api = await openApi();

    const { headers, body } = await api.call({ url, key: null });

    assert.match(String(headers['content-security-policy']), /^default-src 'none';/);
    assert.doesNotMatch(body, /<script|<link|<img|src=|@import/);
    assert.doesNotMatch(body, /href="(?!\/|#)/);
  });
}

test('every code of a failed answer has its page', async () => {
  await using api = await openApi();

  for (const [code, { status, says }] of Object.entries(failures)) {
    const page = await api.call({ url: `/problems/${code}`, key: null });

    assert.equal(page.statusCode, 200, code);
    assert(page.body.includes(`<h1><code>${code}</code></h1>`), code);
    assert(page.body.includes(`<dd>${status}</dd>`), code);
    assert(page.body.includes(html`${says}`.html), code);
  }
});

test('a code that does not exist is 404, and does not come back unescaped', async () => {
  await using api = await openApi();

  const page = await api.call({ url: '/problems/%3Cscript%3E', key: null });

  assert.equal(page.statusCode, 404);
  assert.equal(page.json<{ code: string }>().code, 'not_found');
});

test('the text for language models names every operation', async () => {
  await using api = await openApi();
  const { paths } = (await api.call({ url: '/openapi.json' })).json<OpenApiDocument>();

  const { body, headers } = await api.call({ url: '/llms.txt', key: null });

  assert.match(String(headers['content-type']), /^text\/plain/);
  assert.match(body, /^# Posthorn\n\n> /);
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods)) {
      assert(body.includes(`- ${method.toUpperCase()} ${path}: `), `${method} ${path}`);
    }
  }
});

test('the document says what is sent, which scopes are needed, and what a tag is', async () => {
  await using api = await openApi();

  const document = (await api.call({ url: '/openapi.json' })).json<OpenApiDocument>();

  const sent = document.webhooks['delivery']?.['post'];
  assert.deepEqual(sent?.security, []);
  assert(sent?.parameters.some(({ name, required }) => name === 'webhook-signature' && required));
  assert.deepEqual(document.paths['/v1/events']?.['post']?.security, [{ key: ['events:write'] }]);
  assert.deepEqual(
    document.tags.filter(({ name, description }) => name === description),
    [],
  );
});

test('what is put into a page is escaped, also inside an attribute', () => {
  const name = `"><img onerror='x'>&`;

  const written = html`<a href="${name}">${withCode(`see \`${name}\``)}</a>`;

  const safe = '&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;';
  assert.equal(written.html, `<a href="${safe}">see <code>${safe}</code></a>`);
});

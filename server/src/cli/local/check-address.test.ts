import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../contract/in-process.ts';

type Case = { readonly kind: string; readonly input: string; readonly stage?: string };
type Answer = {
  readonly url: string | null;
  readonly allowed: boolean;
  readonly rule: string | null;
  readonly error?: string;
};

function casesOf(name: string): Case[] {
  const file = new URL(`../../../../testdata/corpora/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
}

async function check(args: readonly string[], input = '') {
  const { code, stdout } = await run(['check-address', '--json', ...args], { input });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { code, answers: lines.map((line) => JSON.parse(line) as Answer) };
}

test('every URL of the corpus that its text gives away is refused with a rule', async () => {
  const cases = casesOf('ssrf-blocked').filter(({ kind }) => kind === 'url');
  const input = cases.map(({ input: url }) => JSON.stringify({ url })).join('\n');

  const { code, answers } = await check(['-'], input);

  assert.equal(code, 1);
  assert.equal(answers.length, cases.length);
  for (const [index, answer] of answers.entries()) {
    assert.equal(answer.url, cases[index]?.input);
    assert.equal(answer.allowed, false, answer.url ?? '');
    assert.match(answer.rule ?? '', /^[a-z_0-9]+$/);
  }
});

test('every URL of the corpus that must not be refused is allowed unresolved', async () => {
  const cases = casesOf('ssrf-allowed').filter(({ kind }) => kind === 'url');
  const input = cases.map(({ input: url }) => JSON.stringify({ url })).join('\n');

  const { code, answers } = await check(['-'], input);

  assert.equal(code, 0);
  assert.equal(answers.length, cases.length);
  assert.ok(answers.every(({ allowed, rule }) => allowed && rule === null));
});

test('the operator’s own rules are those of serve', async () => {
  const urls = ['http://10.1.2.3/in', 'http://127.0.0.1:3000/in'];

  const plain = await check(urls);
  const open = await check([...urls, '--allow-address', '10.0.0.0/8', '--dev']);

  assert.deepEqual(
    plain.answers.map(({ rule }) => rule),
    ['private', 'loopback'],
  );
  assert.ok(open.answers.every(({ allowed }) => allowed));
  assert.deepEqual([plain.code, open.code], [1, 0]);
});

test('a line that names no URL is answered with an error, and the rest goes on', async () => {
  const { code, answers } = await check(
    ['-'],
    '{"url":1}\nnot json\n\n{"url":"https://a.example.com"}',
  );

  assert.equal(code, 1);
  assert.deepEqual(
    answers.map(({ allowed, error }) => [allowed, error !== undefined]),
    [
      [false, true],
      [false, true],
      [true, false],
    ],
  );
});

test('without --json a person reads one line for each', async () => {
  const { stdout } = await run(['check-address', 'https://a.example.com', 'ftp://a.example.com']);

  assert.equal(stdout, 'ok  https://a.example.com\nrefused (scheme)  ftp://a.example.com\n');
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../contract/in-process.ts';

type Case = {
  readonly secret?: string;
  readonly secrets?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now: number;
  readonly tolerance?: number;
  readonly expect: 'valid' | 'invalid';
};
type Answer = { readonly valid: boolean; readonly reason: string };

const file = new URL('../../../../testdata/vectors/standard-webhooks.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

async function verify(lines: readonly string[], ...args: string[]) {
  const input = lines.join('\n');
  const { code, stdout } = await run(['verify', '--requests', '-', '--json', ...args], { input });
  const answers = stdout.split('\n').filter((line) => line !== '');
  return { code, answers: answers.map((line) => JSON.parse(line) as Answer) };
}

test(`all ${cases.length} cases of the standard are answered as the file says`, async () => {
  const usual = cases.filter(({ tolerance }) => tolerance === undefined);
  const special = cases.filter(({ tolerance }) => tolerance !== undefined);

  const { code, answers } = await verify(usual.map((each) => JSON.stringify(each)));

  assert.equal(code, 1);
  assert.deepEqual(
    answers.map(({ valid }) => (valid ? 'valid' : 'invalid')),
    usual.map(({ expect }) => expect),
  );
  assert.ok(answers.every(({ reason }) => reason !== ''));
  for (const each of special) {
    const alone = await verify([JSON.stringify(each)], '--tolerance', `${each.tolerance}`);
    assert.equal(alone.answers[0]?.valid, each.expect === 'valid');
  }
});

test('valid requests alone are exit code 0, and bodies may come as base64', async () => {
  const valid = cases.find(({ expect, secret }) => expect === 'valid' && secret !== undefined);
  assert.ok(valid);
  const { body, ...rest } = valid;
  const bodyBase64 = Buffer.from(body).toString('base64');

  const { code, answers } = await verify([JSON.stringify({ ...rest, bodyBase64 })]);

  assert.equal(code, 0);
  assert.deepEqual(answers, [{ valid: true, reason: 'a v1 signature matches' }]);
});

const malformed: [because: string, line: string, says: RegExp][] = [
  ['JSON is needed', '{', /^the line is not a JSON object$/],
  ['an object is needed', '[]', /^the line is not a JSON object$/],
  ['headers are needed', '{"secret":"x","body":""}', /^the line has no headers/],
  ['a body is needed', '{"secret":"x","headers":{}}', /^the line needs body/],
  ['base64 is base64', '{"secret":"x","headers":{},"bodyBase64":"%"}', /^the line needs body/],
  ['now is a number', '{"secret":"x","headers":{},"body":"","now":"x"}', /not Unix seconds/],
  ['a secret is needed', '{"headers":{},"body":""}', /^the secret is missing$/],
  [
    'a secret has a form',
    '{"secret":"whsec_%","headers":{},"body":""}',
    /^the secret is not base64/,
  ],
];
for (const [because, line, says] of malformed) {
  test(`a line that is not a request is answered like any other: ${because}`, async () => {
    const { code, answers } = await verify([line]);

    assert.equal(code, 1);
    assert.equal(answers[0]?.valid, false);
    assert.match(answers[0]?.reason ?? '', says);
  });
}

test('a line of over 2 MiB is refused without being kept, and the next is read', async () => {
  const { answers } = await verify(['x'.repeat(3_000_000), '{']);

  assert.match(answers[0]?.reason ?? '', /has over 2097152 bytes/);
  assert.equal(answers.length, 2);
});

test('what sign makes, verify takes', async () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const signed = await run(['sign', '--secret', secret, '--body', 'näïve', '--json']);
  const { headers } = JSON.parse(signed.stdout) as { headers: Record<string, string> };

  const { answers } = await verify([JSON.stringify({ secret, headers, body: 'näïve' })]);

  assert.deepEqual(answers, [{ valid: true, reason: 'a v1 signature matches' }]);
});

const wrongUse: [args: string[], says: RegExp][] = [
  [['verify', '--requests', '-', '--kind', 'other'], /--kind: must be standard-webhooks/],
  [['verify'], /--requests: name a file/],
  [['sign'], /--secret: is needed/],
  [['sign', '--secret', `whpk_${Buffer.alloc(32).toString('base64')}`], /cannot sign/],
  [['sign', '--secret', 'whsec_AAAA', '--timestamp', '1.5'], /--secret: is too short/],
];
for (const [args, says] of wrongUse) {
  test(`${args.slice(0, 3).join(' ')} is an error of use: ${says.source}`, async () => {
    const { code, stderr } = await run(args);

    assert.equal(code, 64);
    assert.match(stderr, says);
  });
}

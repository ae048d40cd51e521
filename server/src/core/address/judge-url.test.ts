import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AddressRule } from '../address-rule.ts';
import { publicOnly } from './address-policy.ts';
import type { AddressPolicy } from './address-policy.ts';
import { parseCidr } from './cidr.ts';
import { judgeAddress } from './judge-address.ts';
import { judgeUrl } from './judge-url.ts';

type Case = { id: string; kind: string; input: string; reason: string; stage?: string };
type Corpus = { cases: Case[] };

const dev: AddressPolicy = { allow: [], allowLoopback: true };

/** The rules that may answer at each stage; an earlier stage may always answer. */
const nameRules: AddressRule[] = ['local_name', 'single_label_name', 'private_suffix'];
const refusedBy = new Map<string, (rule: AddressRule) => boolean>([
  ['parse', (rule) => rule === 'unparsable'],
  ['scheme', (rule) => rule === 'scheme'],
  ['address', (rule) => !['unparsable', 'scheme', 'port', ...nameRules].includes(rule)],
  ['name', (rule) => [...nameRules, 'credentials', 'port'].includes(rule)],
  ['policy', (rule) => rule === 'credentials' || rule === 'port'],
]);

function corpus(name: string): Case[] {
  const file = new URL(`../../../../testdata/corpora/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as Corpus).cases;
}

for (const { id, input, reason, stage = '' } of corpus('ssrf-blocked').filter(isUrl)) {
  test(`${id} ${JSON.stringify(input)} is refused: ${reason}`, () => {
    const verdict = judgeUrl(input, publicOnly);

    assert.ok(verdict.is === 'forbidden');
    assert.equal(refusedBy.get(stage)?.(verdict.rule), true, `${stage} answered ${verdict.rule}`);
  });
}

for (const { id, kind, input, reason } of corpus('ssrf-allowed')) {
  test(`${id} ${input} is not refused by its text: ${reason}`, () => {
    const verdict = judgeUrl(input, publicOnly);

    assert.ok(verdict.is === 'ok');
    assert.equal(verdict.host.kind, kind === 'dns' ? 'name' : 'address');
  });
}

function isUrl({ kind }: Case): boolean {
  assert.ok(['url', 'dns', 'redirect'].includes(kind), `unknown kind ${kind}`);
  return kind === 'url';
}

test('both corpora are read whole', () => {
  assert.equal(corpus('ssrf-blocked').length, 298);
  assert.equal(corpus('ssrf-allowed').length, 59);
});

const devRows: [because: string, url: string, expected: 'ok' | 'forbidden'][] = [
  ['loopback is what --dev is for', 'http://127.0.0.1:3000/hook', 'ok'],
  ['all of 127.0.0.0/8 is loopback', 'http://127.9.9.9/hook', 'ok'],
  ['so is its IPv6 form', 'http://[::1]:3000/hook', 'ok'],
  ['a mapped address is what it carries', 'http://[::ffff:127.0.0.1]/hook', 'ok'],
  ['localhost needs no look-up', 'http://LOCALHOST.:3000/hook', 'ok'],
  ['names under localhost mean the same', 'http://app.localhost/hook', 'ok'],
  ['the unspecified address is not loopback', 'http://0.0.0.0/hook', 'forbidden'],
  ['private ranges stay blocked', 'http://10.0.0.1/hook', 'forbidden'],
  ['other local names stay blocked', 'http://printer.local/hook', 'forbidden'],
  ['single labels stay blocked', 'http://redis/hook', 'forbidden'],
  ['the scheme still counts', 'ftp://127.0.0.1/', 'forbidden'],
  ['credentials still count', 'http://a:b@127.0.0.1/', 'forbidden'],
];
for (const [because, url, expected] of devRows) {
  test(`--dev: ${url} is ${expected}: ${because}`, () => {
    assert.equal(judgeUrl(url, dev).is, expected);
  });
}

const allowRows: [because: string, allow: string, url: string, expected: 'ok' | 'forbidden'][] = [
  ['the range was named', '10.0.0.0/8', 'http://10.1.2.3/', 'ok'],
  ['another range was named', '10.0.0.0/8', 'http://192.168.0.1/', 'forbidden'],
  ['public addresses need no leave', '10.0.0.0/8', 'http://1.1.1.1/', 'ok'],
  ['a mapped address is what it carries', '10.0.0.0/8', 'http://[::ffff:10.0.0.1]/', 'ok'],
  ['its addresses decide', '10.0.0.0/8', 'http://receiver:3000/', 'ok'],
  [
    'a wide range does not name a metadata service',
    '0.0.0.0/0',
    'http://169.254.169.254/',
    'forbidden',
  ],
  ['named alone it is meant', '169.254.169.254/32', 'http://169.254.169.254/', 'ok'],
  ['IPv6 ranges work alike', 'fd00::/8', 'http://[fd00::1]/', 'ok'],
  ['the metadata service in it stays blocked', 'fd00::/8', 'http://[fd00:ec2::254]/', 'forbidden'],
  ['an IPv4 range says nothing about IPv6', '0.0.0.0/0', 'http://[fd00::1]/', 'forbidden'],
];
for (const [because, allow, url, expected] of allowRows) {
  test(`--allow-address ${allow}: ${url} is ${expected}: ${because}`, () => {
    const range = parseCidr(allow);
    assert.ok(range !== null);

    const verdict = judgeUrl(url, { allow: [range], allowLoopback: false });

    assert.equal(verdict.is, expected);
  });
}

test('an address with a zone, a port or a blank is refused, not guessed', () => {
  for (const text of [
    'fe80::1%eth0',
    '1.1.1.1:80',
    ' 1.1.1.1',
    '1.1.1',
    '01.1.1.1',
    '',
    '1::2::3',
  ]) {
    assert.deepEqual(judgeAddress(text, dev), { is: 'forbidden', rule: 'unparsable' }, text);
  }
});

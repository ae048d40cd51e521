import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedUrl } from './masked-url.ts';

const rows: [because: string, url: string, expected: string][] = [
  ['host, port and path tell where it is', 'https://a.example:444/in', 'https://a.example:444/in'],
  ['a login is a secret', 'https://user:pass@a.example/in', 'https://••••@a.example/in'],
  [
    'a query often carries a token',
    'https://a.example/?token=s3&n=',
    'https://a.example/?token=••••&n=••••',
  ],
  ['a query without a name is all token', 'https://a.example/?s3cret', 'https://a.example/?••••'],
  ['a fragment is never sent', 'https://a.example/in#x', 'https://a.example/in'],
  ['what cannot be read may be anything', 'user:pass@a example', '••••'],
];
for (const [because, url, expected] of rows) {
  test(`${url} is shown as ${expected}: ${because}`, () => {
    assert.equal(maskedUrl(url), expected);
  });
}

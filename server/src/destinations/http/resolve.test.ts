import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesInHosts } from './resolve.ts';

const hosts = `127.0.0.1 localhost
# 10.0.0.9 receiver
10.0.0.7\tReceiver receiver.internal # the one
fd00::7 receiver
nonsense receiver
`;

const rows: [because: string, name: string, expected: string[]][] = [
  ['both families, comments and nonsense left out', 'receiver', ['10.0.0.7', 'fd00::7']],
  ['any name on the line counts', 'receiver.internal', ['10.0.0.7']],
  ['an unknown name has none', 'other.internal', []],
];
for (const [because, name, expected] of rows) {
  test(`the hosts file gives ${name} ${expected.length} addresses: ${because}`, () => {
    assert.deepEqual(addressesInHosts(hosts, name), expected);
  });
}

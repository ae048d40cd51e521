import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaults } from '../core/limits.ts';
import { readConfig } from './config.ts';
import type { ConfigEnvironment, ConfigInput } from './config.ts';
import { ConfigError } from './config-error.ts';

const secret = 'not-a-good-secret-value';

test('with nothing said the defaults hold', () => {
  const config = readConfig({}, {});

  assert.deepEqual(config, {
    ...defaults,
    ...{ isDev: false, allowAddresses: [], publicUrl: null, trustProxy: false },
    ...{ strictTypes: false, hasAccessLog: false, telemetry: null, corsOrigins: [] },
    ...{ adminKey: null, masterKey: null },
  });
});

const right: [because: string, input: ConfigInput, part: object][] = [
  ['port 0 is any free one', { port: '0' }, { port: 0 }],
  ['an IPv6 address is a host', { host: '::1', dev: true }, { host: '::1', isDev: true }],
  ['a name for this machine is loopback', { host: 'localhost', dev: true }, { isDev: true }],
  [
    'origins of pages are taken as they are',
    { corsOrigin: ['https://a.b', 'http://localhost:3000'] },
    { corsOrigins: ['https://a.b', 'http://localhost:3000'] },
  ],
  ['a URL ends without a slash', { publicUrl: 'https://a.b/c/' }, { publicUrl: 'https://a.b/c' }],
];
for (const [because, input, part] of right) {
  test(because, () => assert.partialDeepStrictEqual(readConfig(input, {}), part));
}

test('keys are taken from the environment, and empty ones are none', () => {
  const masterKey = Buffer.alloc(32, 5);
  const adminKey = `ph_${'a'.repeat(29)}`;

  const given = readConfig(
    {},
    { POSTHORN_ADMIN_KEY: adminKey, POSTHORN_MASTER_KEY: masterKey.toString('base64') },
  );
  const empty = readConfig({}, { POSTHORN_ADMIN_KEY: '', POSTHORN_MASTER_KEY: '' });

  assert.equal(given.adminKey, adminKey);
  assert.deepEqual(given.masterKey, masterKey);
  assert.deepEqual([empty.adminKey, empty.masterKey], [null, null]);
});

const url = (publicUrl: string): ConfigInput => ({ publicUrl });
const wrong: [because: string, key: string, input: ConfigInput, env?: ConfigEnvironment][] = [
  ['a port is a number', '--port', { port: secret }],
  ['no port is negative', '--port', { port: '-1' }],
  ['ports are whole', '--port', { port: '80.5' }],
  ['ports end at 65535', '--port', { port: '65536' }],
  ['a port is not empty', '--port', { port: '' }],
  ['a host has no spaces', '--host', { host: 'a b' }],
  ['a host is not empty', '--host', { host: '' }],
  ['a length has an end', '--allow-address', { allowAddress: ['10.0.0.0/33'] }],
  ['each network is judged', '--allow-address', { allowAddress: ['10.0.0.0/8', secret] }],
  ['a public URL is http', '--public-url', url('ftp://a.example')],
  ['a public URL holds no login', '--public-url', url(`https://u:${secret}@a.example`)],
  ['nor a password alone', '--public-url', url(`https://:${secret}@a.example`)],
  ['nor a query', '--public-url', url(`https://a.example/?key=${secret}`)],
  ['an origin has no path', '--cors-origin', { corsOrigin: [`https://a.example/${secret}`] }],
  ['no origin stands for all', '--cors-origin', { corsOrigin: ['*'] }],
  ['--dev is for this machine', '--dev', { dev: true, host: '0.0.0.0' }],
  ['also by name', '--dev', { dev: true, host: 'example.com' }],
  ['a key is long', 'POSTHORN_ADMIN_KEY', {}, { POSTHORN_ADMIN_KEY: 'ph_short' }],
  ['a key begins with ph_', 'POSTHORN_ADMIN_KEY', {}, { POSTHORN_ADMIN_KEY: secret.repeat(2) }],
  ['a master key is 32 bytes', 'POSTHORN_MASTER_KEY', {}, { POSTHORN_MASTER_KEY: secret }],
];
for (const [because, key, input, env = {}] of wrong) {
  test(`${because}: the failure names ${key} and shows no value`, () => {
    assert.throws(
      () => readConfig(input, env),
      (failure) => {
        assert.ok(failure instanceof ConfigError);
        assert.ok(failure.message.startsWith(`${key}: `), failure.message);
        assert.ok(!failure.message.includes(secret) && !failure.message.includes('\n'));
        return true;
      },
    );
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesJson, readChanges } from './changes.ts';
import { changesOf, toldChanges } from './changes-of.ts';
import { jsonMembers } from './json-members.ts';

const patchRows: [because: string, values: string, patch: string, changes: string][] = [
  ['a new value is a change', '{"a":1}', '{"a":2}', '{"a":{"old":1,"new":2}}'],
  ['the same value is none, however written', '{"a":100}', '{"a":1e2}', '{}'],
  ['a field not named is left alone', '{"a":1,"b":2}', '{"b":3}', '{"b":{"old":2,"new":3}}'],
  ['a new field was not there before', '{}', '{"a":1}', '{"a":{"old":null,"new":1}}'],
  ['null removes', '{"a":1}', '{"a":null}', '{"a":{"old":1,"new":null}}'],
  ['what is not there cannot be removed', '{}', '{"a":null}', '{}'],
  [
    'an object is patched, and its change told whole',
    '{"at":{"city":"Bonn","zip":1}}',
    '{"at":{"city":"Kiel"}}',
    '{"at":{"old":{"city":"Bonn","zip":1},"new":{"city":"Kiel","zip":1}}}',
  ],
  [
    'a null deep in a patch removes there',
    '{"at":{"a":1}}',
    '{"at":{"a":null}}',
    '{"at":{"old":{"a":1},"new":{}}}',
  ],
  ['a list is replaced', '{"a":[1,2]}', '{"a":[2]}', '{"a":{"old":[1,2],"new":[2]}}'],
  [
    'large numbers arrive as they were sent',
    '{"a":9007199254740992}',
    '{"a":9007199254740993}',
    '{"a":{"old":9007199254740992,"new":9007199254740993}}',
  ],
  ['so do those inside', '{}', '{"a":{"n":1e400}}', '{"a":{"old":null,"new":{"n":1e400}}}'],
  [
    '__proto__ is a field like others',
    '{}',
    '{"__proto__":{"x":1}}',
    '{"__proto__":{"old":null,"new":{"x":1}}}',
  ],
];
for (const [because, values, patch, changes] of patchRows) {
  test(`${patch} on ${values}: ${because}`, () => {
    const made = changesOf(membersOf(values), membersOf(patch));

    assert.equal(changesJson(made), changes);
  });
}

const toldRows: [because: string, values: string, said: string, told: string][] = [
  ['a missing old is filled', '{"a":1}', '{"a":{"new":2}}', '{"a":{"old":1,"new":2}}'],
  ['unless nobody knows it', '{}', '{"a":{"new":2}}', '{"a":{"new":2}}'],
  ['an old that was given stands', '{"a":1}', '{"a":{"old":5,"new":2}}', '{"a":{"old":5,"new":2}}'],
  ['what is as it was is no change', '{"a":1}', '{"a":{"new":1.0}}', '{}'],
];
for (const [because, values, said, told] of toldRows) {
  test(`${said} said of ${values}: ${because}`, () => {
    assert.equal(changesJson(toldChanges(membersOf(values), readChanges(said))), told);
  });
}

function membersOf(json: string): ReadonlyMap<string, string> {
  return jsonMembers(json)?.members ?? new Map();
}

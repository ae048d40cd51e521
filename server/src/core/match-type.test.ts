import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTypes, isTypePattern } from './match-type.ts';

const matching: [because: string, patterns: string[], type: string, expected: boolean][] = [
  ['a type matches itself', ['task.completed'], 'task.completed', true],
  ['a type is no prefix', ['task'], 'task.completed', false],
  ['case matters', ['Task.completed'], 'task.completed', false],
  ['a last * is one segment', ['task.*'], 'task.completed', true],
  ['a last * is several segments', ['task.*'], 'task.step.completed', true],
  ['a last * is never no segment', ['task.*'], 'task', false],
  ['a segment is matched whole', ['task.*'], 'tasks.completed', false],
  ['a deeper prefix matches as well', ['task.step.*'], 'task.step.completed', true],
  ['* is every type', ['*'], 'task.completed', true],
  ['* is not what Posthorn says of itself', ['*'], 'posthorn.endpoint.failing', false],
  ['what Posthorn says of itself must be named', ['posthorn.*'], 'posthorn.endpoint.failing', true],
  ['a type that only begins like it is ordinary', ['*'], 'posthorns.sounded', true],
  ['one pattern of several is enough', ['a.b', 'task.*'], 'task.completed', true],
  ['no pattern matches nothing', [], 'task.completed', false],
];
for (const [because, patterns, type, expected] of matching) {
  test(`[${patterns.join(', ')}] and ${type}: ${because}`, () => {
    assert.equal(compileTypes(patterns)(type), expected);
  });
}

const forms: [because: string, text: string, expected: boolean][] = [
  ['a dotted name', 'task.step-1.Done_x:y', true],
  ['one segment', 'ping', true],
  ['everything', '*', true],
  ['a last segment *', 'task.*', true],
  ['* inside is not a pattern', 'task.*.done', false],
  ['half a segment is not a pattern', 'task.comp*', false],
  ['* before a name is not a pattern', '*.done', false],
  ['segments are not empty', 'task..done', false],
  ['nothing is no pattern', '', false],
  ['other characters are not allowed', 'task/done', false],
  ['a line end is not allowed', 'task.done\n', false],
  ['256 characters are the most', 'a'.repeat(257), false],
];
for (const [because, text, expected] of forms) {
  test(`pattern "${text.slice(0, 30)}": ${because}`, () => {
    assert.equal(isTypePattern(text), expected);
  });
}

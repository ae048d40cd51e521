import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';
import { LargeBodies } from './large-bodies.ts';

const most = limits.largeBodiesBytes;

function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

function isOverloaded(error: unknown): boolean {
  return error instanceof AppError && error.code === 'overloaded';
}

test('no more is taken than the bound, and again once a request has ended', () => {
  const bodies = new LargeBodies();
  const first = response();
  bodies.admit(`${most - limits.largeBodyBytes}`, most, first);

  assert.throws(() => bodies.admit(`${limits.largeBodyBytes + 1}`, most, response()), isOverloaded);
  first.emit('close');
  assert.doesNotThrow(() => bodies.admit(`${most}`, most, response()));
});

test('small bodies are never counted', () => {
  const bodies = new LargeBodies();
  bodies.admit(`${most}`, most, response());

  assert.doesNotThrow(() => bodies.admit(`${limits.largeBodyBytes}`, most, response()));
});

test('a body that does not say its length counts as the largest that it may be', () => {
  const bodies = new LargeBodies();
  bodies.admit(undefined, most, response());

  assert.throws(() => bodies.admit(undefined, limits.bundleBytes, response()), isOverloaded);
});

test('a length that is more than may be counts as no more than that', () => {
  const bodies = new LargeBodies();

  assert.doesNotThrow(() => bodies.admit(`${most * 10}`, limits.bundleBytes, response()));
});

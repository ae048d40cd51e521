import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../core/limits.ts';
import { LogMoves } from './log-moves.ts';

const { walPassiveBytes, walRestartBytes, walFinishBytes } = limits;

test('the reader moves the log once enough of it was not moved, and one time at a time', () => {
  const moves = new LogMoves();

  const said = [
    moves.reported(walPassiveBytes - 1),
    moves.reported(walPassiveBytes),
    moves.reported(3 * walPassiveBytes),
  ];

  assert.deepEqual(said, [null, 'reader', null]);
});

test('a log that is short yet is left to grow', () => {
  const moves = new LogMoves();
  moves.reported(walPassiveBytes);

  const said = [moves.moved(walPassiveBytes), moves.reported(2 * walPassiveBytes - 1)];

  assert.deepEqual(said, [null, null]);
});

test('the writer moves the last of a long log, so that it can start over', () => {
  const moves = new LogMoves();
  moves.reported(walRestartBytes);

  assert.equal(moves.moved(walRestartBytes - walFinishBytes), 'writer');
});

test('the reader goes on while less is left each time, and no longer', () => {
  const moves = new LogMoves();
  moves.reported(walRestartBytes);
  moves.reported(2 * walRestartBytes);

  const first = moves.moved(walRestartBytes);
  moves.reported(2 * walRestartBytes + 2 * walFinishBytes);
  const nearer = moves.moved(2 * walRestartBytes);
  moves.reported(2 * walRestartBytes + 4 * walFinishBytes);
  const noNearer = moves.moved(2 * walRestartBytes + 2 * walFinishBytes);

  assert.deepEqual([first, nearer, noNearer], ['reader', 'reader', null]);
});

test('after a start over all of the log is to be moved again', () => {
  const moves = new LogMoves();
  moves.reported(walRestartBytes);
  moves.moved(walRestartBytes);

  const said = [moves.reported(1_000), moves.reported(walPassiveBytes)];

  assert.deepEqual(said, [null, 'reader']);
});

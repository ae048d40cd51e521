import type { Shell } from '../shell.ts';

const red = 31;
const green = 32;
const yellow = 33;

const colours: Readonly<Record<string, number>> = {
  ...{ succeeded: green, delivered: green, ok: green, active: green, valid: green },
  ...{ failed: red, dead: red, fail: red, disabled: red, invalid: red, refused: red },
  ...{ pending: yellow, paused: yellow, warn: yellow, running: yellow },
};

/** Colours the first word of state in a line; leaves it alone where colour is not wanted. */
export function painter({ isOutTerminal, env }: Pick<Shell, 'isOutTerminal' | 'env'>) {
  const isPlain = !isOutTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return (line: string): string => (isPlain ? line : painted(line));
}

function painted(line: string): string {
  let isDone = false;
  return line.replaceAll(/[a-z]+/g, (word) => {
    const colour = isDone ? undefined : colours[word];
    if (colour === undefined) return word;
    isDone = true;
    return `\u001b[${colour}m${word}\u001b[0m`;
  });
}

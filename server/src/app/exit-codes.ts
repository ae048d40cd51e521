/** The codes by which the program ends; those from 64 on as in sysexits. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 64,
  unavailable: 69,
  internal: 70,
  store: 74,
  forbidden: 77,
  config: 78,
  interrupted: 130,
} as const;

/** What each exit code tells a script. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'done',
  failed: 'the answer is no: not found, not valid, refused, a check that failed',
  usage: 'the command line is wrong',
  unavailable: 'no server answers, or it is too busy; the same may succeed later',
  internal: 'something went wrong inside Posthorn',
  store: 'the database cannot be opened, read or written',
  forbidden: 'the key is not valid, or does not allow that',
  config: 'a setting, a file or the environment is wrong',
  interrupted: 'Ctrl-C',
};

/** What a command may use of the world: handed in, so that a test can run it in its own process. */
export type Shell = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes data, to standard output. */
  readonly out: (text: string) => void;
  /** Writes talk, to standard error. */
  readonly err: (text: string) => void;
  readonly isOutTerminal: boolean;
  /** Standard error when a person sees it; null when it goes to a file. */
  readonly terminal: NodeJS.WritableStream | null;
  readonly input: AsyncIterable<Uint8Array | string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted by Ctrl-C; asking for it takes the signal over. */
  readonly stop: () => AbortSignal;
};

/** Says a line to the person, apart from the data. */
export function say({ err }: Pick<Shell, 'err'>, line: string): void {
  err(`posthorn: ${line}\n`);
}

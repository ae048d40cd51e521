import type { Shell } from './shell.ts';

/** An option of a command. */
export type OptionSpec = {
  /** As commander reads them: `--limit <count>`. */
  readonly flags: string;
  readonly says: string;
  readonly fallback?: string;
  /** Makes a value of the text; throws `InvalidArgumentError`. */
  readonly read?: (text: string, before: unknown) => unknown;
};

/** What a command is called with. */
export type CommandCall<Options> = {
  readonly shell: Shell;
  readonly options: Options;
  readonly args: readonly string[];
};

/** A command as data: it runs, draws its help, and the reference pages. */
export type CommandOf<Options> = {
  /** As typed after `posthorn`: `endpoints create`. */
  readonly name: string;
  readonly takes?: readonly (readonly [usage: string, says: string])[];
  readonly summary: string;
  readonly examples: readonly string[];
  readonly about?: readonly string[];
  readonly options?: readonly OptionSpec[];
  /** Whether the noun alone means this verb. */
  readonly isDefault?: boolean;
  /** Answers the exit code. */
  run(call: CommandCall<Options>): Promise<number>;
};

/** A command whose own options are no longer of interest. */
export type CliCommand = Omit<CommandOf<object>, 'run'> & {
  run(call: CommandCall<object>): Promise<number>;
};

/** Commands about one thing: `posthorn NOUN VERB`. */
export type Noun = {
  readonly noun: string;
  readonly summary: string;
  readonly commands: readonly CliCommand[];
};

/** Names a command; its options are what its own specs let through. */
export function command<Options extends object>(definition: CommandOf<Options>): CliCommand {
  return definition;
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: unknown): string[] {
  return [...((before as string[] | undefined) ?? []), text];
}

/** The option that asks for JSON on standard output. */
export const jsonOption: OptionSpec = { flags: '--json', says: 'print the answer as JSON' };

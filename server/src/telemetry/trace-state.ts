import type { TraceState } from '@opentelemetry/api';

/** What other systems keep with a trace, as it came; a change is a new one, its member first. */
export class PassedState implements TraceState {
  readonly #members: ReadonlyMap<string, string>;

  constructor(members: Iterable<readonly [key: string, value: string]>) {
    this.#members = new Map(members);
  }

  static of(text: string): PassedState {
    return new PassedState(
      text.split(',').map((member) => {
        const at = member.indexOf('=');
        return [member.slice(0, at), member.slice(at + 1)] as const;
      }),
    );
  }

  get(key: string): string | undefined {
    return this.#members.get(key);
  }

  set(key: string, value: string): TraceState {
    return new PassedState([[key, value], ...this.#without(key)]);
  }

  unset(key: string): TraceState {
    return new PassedState(this.#without(key));
  }

  serialize(): string {
    return [...this.#members].map(([key, value]) => `${key}=${value}`).join(',');
  }

  #without(key: string): [string, string][] {
    return [...this.#members].filter(([each]) => each !== key);
  }
}

import type { ChildProcess } from 'node:child_process';

/** What may be asked of another process: by name, what goes in and what comes back. */
export type Calls = Record<string, (input: never) => unknown>;

type Asked = { call: number; name: string; input: unknown };
type Answered = { call: number; output?: unknown; error?: string };

/** The asking side of a process of our own. */
export type Remote<C extends Calls> = <K extends keyof C & string>(
  name: K,
  input: Parameters<C[K]>[0],
) => Promise<Awaited<ReturnType<C[K]>>>;

/** Asks a child that answers with `answerCalls`; every open question fails when it ends. */
export function remote<C extends Calls>(child: ChildProcess, label: string): Remote<C> {
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let lastCall = 0;
  child.on('message', (message: Answered) => {
    const waiting = open.get(message.call);
    open.delete(message.call);
    if (message.error === undefined) waiting?.resolve(message.output);
    else waiting?.reject(new Error(`${label}: ${message.error}`));
  });
  child.on('exit', (code) => {
    for (const waiting of open.values()) waiting.reject(new Error(`${label} ended with ${code}`));
    open.clear();
  });
  return async (name, input) => {
    const call = (lastCall += 1);
    const waiting = Promise.withResolvers<unknown>();
    open.set(call, waiting);
    child.send({ call, name, input } satisfies Asked);
    return (await waiting.promise) as never;
  };
}

/** Answers what the parent asks, and ends when the parent is gone. */
export function answerCalls(calls: Calls): void {
  // Questions keep the process alive, also where the launcher's flags let its channel go.
  process.channel?.ref();
  process.on('disconnect', () => process.exit());
  process.on('message', (asked: Asked) => {
    void answer(calls, asked).then((answered) => process.send?.(answered));
  });
}

async function answer(calls: Calls, { call, name, input }: Asked): Promise<Answered> {
  try {
    return { call, output: await calls[name]?.(input as never) };
  } catch (error) {
    return { call, error: error instanceof Error ? error.message : String(error) };
  }
}

import type { ConfigInput } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import { loadConfig } from './load-config.ts';
import { startPosthorn } from './start.ts';
import type { Running, StartOptions } from './start.ts';

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs a server until a signal or a failed store ends it; answers the exit code. A second signal
 * ends the process at once.
 */
export async function serve(input: ConfigInput, options: StartOptions): Promise<number> {
  const { config } = await loadConfig(input, process.env);
  const running = await startPosthorn(config, options);
  announce(running);
  void running.failed.then(endForStore);
  await firstSignal();
  for (const signal of stopSignals) process.on(signal, () => process.exit(exitCodes.failed));
  process.stderr.write('posthorn: stopping; a second signal stops at once\n');
  await running.stop();
  return exitCodes.ok;
}

/** Nothing that a failed store said can be trusted, so nothing is waited for. */
function endForStore(cause: Error): void {
  process.stderr.write(`posthorn: the store failed: ${cause.message}\n`);
  process.exit(exitCodes.store);
}

function announce({ url, operatorKey, isDev }: Running): void {
  if (operatorKey.isNew) {
    process.stderr.write(`posthorn: operator key, shown once: ${operatorKey.text}\n`);
  }
  if (isDev) process.stderr.write('posthorn: --dev allows deliveries to loopback addresses\n');
  process.stdout.write(`posthorn: listening on ${url}\n`);
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of stopSignals) process.once(signal, () => resolve());
  });
}

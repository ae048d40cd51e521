import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const projectRoot = resolve(import.meta.dirname, '../..');
// On the project's disk: a temporary directory may be memory, where nothing is ever synced.
const cacheDir = join(projectRoot, 'node_modules', '.cache');
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The directory and the processes of one crash test; they end with it, however it ends. */
export class Scene {
  readonly dir: string;
  /** Whether the logs stay for whoever looks for the reason. */
  keepsDir = false;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    mkdirSync(cacheDir, { recursive: true });
    this.dir = mkdtempSync(join(cacheDir, 'crash-'));
    process.on('exit', () => this.#end());
    for (const [signal, code] of Object.entries(exitCodes)) {
      process.on(signal, () => process.exit(code));
    }
  }

  /** Starts a TypeScript file of the project as a process. */
  fork(file: string, args: readonly string[], options: ForkOptions): ChildProcess {
    // The launcher's own flags, already in `execArgv`, end a child whose parent was killed.
    const env = { ...process.env, ...options.env, POSTHORN_LAUNCHER: String(process.pid) };
    const child = fork(join(projectRoot, file), args, { ...options, env });
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    return child;
  }

  #end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    if (!this.keepsDir) rmSync(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

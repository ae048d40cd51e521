import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The project's root; what is measured lies on its disk, since a temporary one may be memory. */
export const projectRoot = resolve(import.meta.dirname, '../..');

const cacheDir = join(projectRoot, 'node_modules', '.cache');
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The processes and the directory of one run; both are gone when it ends, however it ends. */
export class Stage implements Disposable {
  readonly dir: string;
  readonly #children = new Set<ChildProcess>();
  #dirCount = 0;

  constructor() {
    mkdirSync(cacheDir, { recursive: true });
    this.dir = mkdtempSync(join(cacheDir, 'bench-'));
    process.on('exit', () => this[Symbol.dispose]());
    for (const [signal, code] of Object.entries(exitCodes)) {
      process.on(signal, () => process.exit(code));
    }
  }

  /** A new empty directory. */
  newDir(): string {
    const dir = join(this.dir, String((this.#dirCount += 1)));
    mkdirSync(dir);
    return dir;
  }

  /** Starts a TypeScript file of the project as a process that does not outlive this one. */
  fork(file: string, args: readonly string[], options: ForkOptions): ChildProcess {
    // The launcher's own flags, already in `execArgv`, end a child whose parent was killed.
    const env = { ...process.env, ...options.env, POSTHORN_LAUNCHER: String(process.pid) };
    const child = fork(join(projectRoot, file), args, { ...options, env });
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    return child;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

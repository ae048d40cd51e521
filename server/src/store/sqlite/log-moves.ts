import { limits } from '../../core/limits.ts';

/** Which thread is to move pages of the write-ahead log into the database now. */
export type Mover = 'reader' | 'writer' | null;

/**
 * Decides who moves the write-ahead log, and when. The reader does most of it, making nobody wait.
 * The log starts over only once all of it was moved, and a busy writer adds to it meanwhile: so
 * the reader goes on while less and less is left, and the writer itself moves the last of it.
 */
export class LogMoves {
  #logBytes = 0;
  #movedBytes = 0;
  /** What was left when the reader had last moved; it must become less each time. */
  #leftBytes = Infinity;
  #isMoving = false;

  /** The writer says how much of the log is in use. */
  reported(logBytes: number): Mover {
    // A log that shrank was started over, with nothing of it moved.
    if (logBytes < this.#logBytes) this.#movedBytes = 0;
    this.#logBytes = logBytes;
    if (this.#isMoving || logBytes - this.#movedBytes < limits.walPassiveBytes) return null;
    this.#leftBytes = Infinity;
    return this.#reader();
  }

  /** The reader says how much of the log is in the database by now. */
  moved(movedBytes: number): Mover {
    this.#isMoving = false;
    this.#movedBytes = movedBytes;
    if (this.#logBytes < limits.walRestartBytes) return null;
    const before = this.#leftBytes;
    this.#leftBytes = this.#logBytes - movedBytes;
    if (this.#leftBytes <= limits.walFinishBytes) return 'writer';
    return this.#leftBytes < before ? this.#reader() : null;
  }

  #reader(): Mover {
    this.#isMoving = true;
    return 'reader';
  }
}

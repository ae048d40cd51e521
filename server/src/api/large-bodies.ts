import type { ServerResponse } from 'node:http';
import { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';

/** Bounds the bytes of large bodies that are read and worked on at once. */
export class LargeBodies {
  #bytes = 0;

  /**
   * Counts a body until its request has ended; throws `overloaded` when it is one too many.
   *
   * @param length  the `Content-Length`; without one the body may have `most` bytes.
   */
  admit(length: string | undefined, most: number, response: ServerResponse): void {
    const said = Number(length ?? most);
    const bytes = said < most ? said : most;
    if (bytes <= limits.largeBodyBytes) return;
    if (this.#bytes + bytes > limits.largeBodiesBytes) throw new AppError('overloaded');
    this.#bytes += bytes;
    response.once('close', () => {
      this.#bytes -= bytes;
    });
  }
}

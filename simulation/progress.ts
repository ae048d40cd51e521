/** Tells a person now and then how far it is, at what rate, and when it will be done. */
export class Progress {
  readonly #total: number;
  readonly #nowMs: () => number;
  readonly #print: (line: string) => void;
  readonly #beganMs: number;
  #toldMs: number;
  #doneCount = 0;
  #failedCount = 0;

  constructor(total: number, nowMs: () => number, print: (line: string) => void) {
    this.#total = total;
    this.#nowMs = nowMs;
    this.#print = print;
    this.#beganMs = nowMs();
    this.#toldMs = this.#beganMs;
  }

  done(isPassed: boolean): void {
    this.#doneCount += 1;
    if (!isPassed) this.#failedCount += 1;
    const nowMs = this.#nowMs();
    const isLast = this.#doneCount === this.#total;
    if (nowMs - this.#toldMs < everyMs && !isLast) return;
    this.#toldMs = nowMs;
    const seconds = Math.max(1, nowMs - this.#beganMs) / 1_000;
    const rate = this.#doneCount / seconds;
    const leftSeconds = Math.ceil((this.#total - this.#doneCount) / rate);
    const failed = this.#failedCount === 0 ? '' : `, ${this.#failedCount} failed`;
    const count = `${this.#doneCount}/${this.#total} seeds${failed}`;
    this.#print(`${count}, ${rate.toFixed(1)} a second, ${leftSeconds} s left`);
  }
}

const everyMs = 2_000;

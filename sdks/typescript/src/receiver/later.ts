/** Says that accepted work takes longer; `message` is kept with the delivery. */
export type ReportProgress = (message?: string) => Promise<void>;

/** Work that is done after the webhook was answered; what it returns is kept as a note. */
export type LaterWork = (progress: ReportProgress) => Promise<string | void>;

/** What `acceptLater` makes. */
export class Later {
  readonly work: LaterWork;

  constructor(work: LaterWork) {
    this.work = work;
  }
}

/**
 * Returned by a handler whose work takes longer than a webhook may: it is answered 202, the work
 * goes on, and how it ended is reported to Posthorn, which sends the event again when it hears
 * nothing for the `withinMs` of the subscription's `ack`. Work that throws is reported as failed,
 * RejectEvent as failed for good. Without `ack` at the subscription the work is waited for.
 */
export function acceptLater(work: LaterWork): Later {
  return new Later(work);
}

/** What a server said instead of doing what was asked, in one line. */
export class ApiError extends Error {
  /** The HTTP status; null when nothing answered. */
  readonly status: number | null;

  constructor(status: number | null, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** The store cannot be opened or has failed for good; the process ends with exit code 74. */
export class StoreTrouble extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreTrouble';
  }
}

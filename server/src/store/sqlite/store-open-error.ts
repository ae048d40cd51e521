/** Why a store cannot be opened. */
export type StoreOpenCode =
  'in_use' | 'wrong_key' | 'newer_schema' | 'damaged' | 'unsettable' | 'unwritable';

/** A store that must not be opened; its message is one line that names the reason. */
export class StoreOpenError extends Error {
  readonly code: StoreOpenCode;

  constructor(code: StoreOpenCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreOpenError';
    this.code = code;
  }
}

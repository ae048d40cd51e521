/** What can be wrong with a webhook: the same words in every SDK of Posthorn. */
export type VerifyFailure =
  | 'secret_malformed'
  | 'header_missing'
  | 'header_malformed'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch';

/** A webhook that is not what it claims to be. The message says why, in words for its owner. */
export class WebhookVerificationError extends Error {
  readonly code: VerifyFailure;

  constructor(code: VerifyFailure, message: string) {
    super(message);
    this.name = 'WebhookVerificationError';
    this.code = code;
  }
}

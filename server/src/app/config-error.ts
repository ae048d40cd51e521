/** A setting that cannot be used; never contains the value itself, which may be a secret. */
export class ConfigError extends Error {
  readonly key: string;

  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`${key}: ${reason}`, options);
    this.name = 'ConfigError';
    this.key = key;
  }
}

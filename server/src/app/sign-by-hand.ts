import type { Instant } from '../core/instant.ts';
import { signingKeys, signStandard } from '../destinations/http/sign.ts';

/** Signs a request as the sender does; answers its header lines. */
export function signByHand(request: {
  readonly secret: string;
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: Uint8Array;
  readonly headerNames: 'webhook' | 'svix';
}): [name: string, value: string][] {
  const { secret, id, timestamp, body, headerNames } = request;
  const createdAt = (timestamp * 1_000) as Instant;
  const secrets = [{ text: secret, createdAt, endsAt: null }];
  const keys = signingKeys({ scheme: 'standard', secrets });
  return [
    [`${headerNames}-id`, id],
    [`${headerNames}-timestamp`, `${timestamp}`],
    [`${headerNames}-signature`, signStandard({ id, timestamp, body }, keys)],
  ];
}

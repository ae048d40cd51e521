import { AppError } from '../core/app-error.ts';
import type { ApiDeps } from './deps.ts';

/** Throws `address_forbidden`, with the rule and both ways out, where deliveries may not go. */
export function assertAddress(
  { addressCheck }: Pick<ApiDeps, 'addressCheck'>,
  url: string,
  pointer: string,
): void {
  const verdict = addressCheck(url);
  if (verdict.is === 'ok') return;
  const { rule } = verdict;
  const detail =
    `Deliveries to this address are not allowed (rule: ${rule}). To allow a private range, start ` +
    `the server with --allow-address CIDR; to receive on your own machine, use posthorn listen.`;
  const errors = [{ pointer, message: `is forbidden by the rule ${rule}` }];
  throw new AppError('address_forbidden', detail, { errors });
}

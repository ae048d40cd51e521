import { AppError } from '../../core/app-error.ts';
import type { FieldError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import type { Subscription } from '../../core/subscription.ts';
import { createConfig } from '../change-config.ts';
import { route } from '../route.ts';
import { NewSubscriptionsBody, SubscriptionsMadeBody } from '../schemas/subscription-schema.ts';
import { newSubscription } from '../new-subscription.ts';

/** Makes many subscriptions in one change of the catalogue: all of them, or none. */
export const createSubscriptions = route({
  method: 'POST',
  path: '/v1/subscriptions/batch',
  summary: 'Make many subscriptions at once, all or none',
  scope: 'manage',
  body: NewSubscriptionsBody,
  bodyBytes: limits.batchBytes,
  isIdempotent: true,
  answers: { 201: SubscriptionsMadeBody },
  fails: ['validation_failed', 'payload_too_large', 'idempotency_conflict'],
  handle: (call, deps) => {
    const errors: FieldError[] = [];
    const made: Subscription[] = [];
    for (const [index, body] of call.body.subscriptions.entries()) {
      try {
        made.push(newSubscription(deps, call.access, body));
      } catch (error) {
        errors.push(...placed(error, `/subscriptions/${index}`));
      }
    }
    if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
    return createConfig(deps, call, {
      tenantId: call.access.tenant,
      writes: made.map((value) => ({
        ...{ resource: { kind: 'subscription', value }, expects: null, remove: false },
      })),
      status: 201,
      body: { data: made.map(({ id }) => ({ id })) },
    });
  },
});

/** What is wrong with one of them, where it stands among all. */
function placed(error: unknown, at: string): FieldError[] {
  if (!(error instanceof AppError) || error.code !== 'validation_failed') throw error;
  return error.errors.map(({ pointer, message }) => ({ pointer: at + pointer, message }));
}

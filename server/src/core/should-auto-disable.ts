import type { EndpointHealth } from './endpoint-health.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';

/**
 * Whether an endpoint has failed so long and so often, without one success, that it is disabled.
 * Asked after a failed attempt, `health` already counting it.
 */
export function shouldAutoDisable(health: EndpointHealth, now: Instant): boolean {
  if (health.failingSince === null) return false;
  const isLong = now - health.failingSince >= limits.autoDisableMs;
  return isLong && health.failedCount >= limits.autoDisableAttempts;
}

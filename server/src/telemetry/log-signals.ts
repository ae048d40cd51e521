import type { Logger } from 'pino';
import type { Emit } from '../core/signal.ts';

/**
 * Writes the signals that a person should see; those that come with every event are not written.
 */
export function logSignals(log: Logger): Emit {
  return (signal) => {
    switch (signal.signal) {
      case 'breaker_changed': {
        const { tenantId, endpointId, is } = signal;
        log.info({ tenantId, endpointId, circuit: is }, `circuit ${is}`);
        return;
      }
      case 'endpoint_disabled': {
        const { tenantId, endpointId, reason } = signal;
        log.warn({ tenantId, endpointId, reason }, 'endpoint disabled');
        return;
      }
      case 'alert_raised': {
        const { signal: _, type, ...about } = signal;
        const reaches = about.deliveryCount === 0 ? 'nobody' : 'endpoints';
        const level = type === 'posthorn.endpoint.recovered' ? 'info' : 'warn';
        log[level]({ ...about, type, reaches }, `alert: ${type}`);
        return;
      }
      case 'step_failed':
        log.error({ step: signal.step, error: signal.cause }, 'a step failed and is tried again');
        return;
      case 'event_accepted':
      case 'attempt_ended':
      case 'delivery_ended':
        return;
      default:
        signal satisfies never;
    }
  };
}

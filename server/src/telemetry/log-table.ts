import type { Signal } from '../core/signal.ts';
import type { LogLevel } from './create-log.ts';

/** What is written when a signal comes. */
export type LogEvent = {
  readonly level: LogLevel;
  /** The line's `msg`. */
  readonly says: string;
  /** Where one of its fields has this value, the line is of another level. */
  readonly unless?: { readonly field: string; readonly is: string; readonly level: LogLevel };
  /** Written only when this setting is on. */
  readonly setting?: 'access-log';
};

/** The lines of the log by signal; the page of the log is made from this. */
export const logTable: Readonly<Record<Signal['signal'], LogEvent>> = {
  event_accepted: { level: 'debug', says: 'event accepted' },
  attempt_ended: { level: 'debug', says: 'attempt ended' },
  delivery_ended: {
    level: 'info',
    says: 'delivery ended',
    unless: { field: 'as', is: 'delivered', level: 'debug' },
  },
  deliveries_closed: {
    level: 'info',
    says: 'deliveries ended without an attempt',
    // As many as there are reports of tasks.
    unless: { field: 'as', is: 'superseded', level: 'debug' },
  },
  breaker_changed: { level: 'info', says: 'circuit changed' },
  endpoint_disabled: { level: 'warn', says: 'endpoint disabled' },
  alert_raised: {
    level: 'warn',
    says: 'alert raised',
    unless: { field: 'type', is: 'posthorn.endpoint.recovered', level: 'info' },
  },
  request_ended: { level: 'info', says: 'request answered', setting: 'access-log' },
  request_failed: { level: 'error', says: 'a request failed by our fault' },
  sender_died: { level: 'error', says: 'the sender died and is started again' },
  step_failed: { level: 'error', says: 'a step failed and is tried again' },
};

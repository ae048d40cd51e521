import type { Attempt } from '../attempt.ts';

/** How an attempt ended, roughly enough to be counted; `other` is nothing that was waited for. */
export const attemptEndings = [
  '2xx',
  '3xx',
  '4xx',
  '5xx',
  'timeout',
  'connection',
  'other',
] as const;

export type AttemptEnding = (typeof attemptEndings)[number];

/** An attempt that broke after the head of its answer counts by that head. */
export function attemptEnding({
  statusCode,
  error,
}: Pick<Attempt, 'statusCode' | 'error'>): AttemptEnding {
  if (statusCode !== null) return statusClass(statusCode);
  switch (error) {
    case 'timeout':
    case 'connect_timeout':
      return 'timeout';
    case 'connection_refused':
    case 'connection_reset':
    case 'connection_closed':
    case 'dns_error':
    case 'tls_error':
      return 'connection';
    case 'protocol_error':
    case 'head_too_large':
    case 'address_forbidden':
    case 'interrupted':
    case 'sender_crashed':
    case null:
      return 'other';
    default:
      // Only an answer has an error that names a status, and it was judged by that.
      return 'other';
  }
}

function statusClass(statusCode: number): AttemptEnding {
  if (statusCode >= 200 && statusCode < 300) return '2xx';
  if (statusCode >= 300 && statusCode < 400) return '3xx';
  if (statusCode >= 400 && statusCode < 500) return '4xx';
  return statusCode >= 500 && statusCode < 600 ? '5xx' : 'other';
}

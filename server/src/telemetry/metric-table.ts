import type { MetricShape } from './metric.ts';

const state = 'state';

/** Every metric by name: `/metrics`, its page of documentation and its tests are made from this. */
export const metricTable = {
  posthorn_events_accepted_total: {
    kind: 'counter',
    help: 'Events accepted, after their commit.',
    labels: ['tenant'],
    from: ['event_accepted'],
  },
  posthorn_deliveries_planned_total: {
    kind: 'counter',
    help: 'Deliveries made for accepted events.',
    labels: ['tenant'],
    from: ['event_accepted'],
  },
  posthorn_deliveries_delivered_total: {
    kind: 'counter',
    help: 'Deliveries that their endpoint took with a 2xx answer.',
    labels: ['tenant'],
    from: ['delivery_ended'],
  },
  posthorn_deliveries_dead_total: {
    kind: 'counter',
    help: 'Deliveries that became dead letters, by reason.',
    labels: ['reason'],
    from: ['delivery_ended', 'deliveries_closed'],
  },
  posthorn_deliveries_superseded_total: {
    kind: 'counter',
    help: 'Deliveries that newer ones made needless before they were sent.',
    labels: [],
    from: ['deliveries_closed'],
  },
  posthorn_deliveries_cancelled_total: {
    kind: 'counter',
    help: 'Deliveries cancelled by a person or because their endpoint was deleted.',
    labels: [],
    from: ['deliveries_closed'],
  },
  posthorn_delivery_duration_seconds: {
    kind: 'histogram',
    help: 'From the acceptance of a delivery to its 2xx answer, all waits and retries included.',
    labels: [],
    from: ['delivery_ended'],
  },
  posthorn_attempts_total: {
    kind: 'counter',
    help: 'Attempts, by whether they succeeded.',
    labels: ['result'],
    from: ['attempt_ended'],
  },
  posthorn_attempts_failed_total: {
    kind: 'counter',
    help: 'Attempts that failed, by error as in the log of attempts.',
    labels: ['error'],
    from: ['attempt_ended'],
  },
  posthorn_attempt_duration_seconds: {
    kind: 'histogram',
    help: 'How long attempts took, DNS to the end of the answer.',
    labels: [],
    from: ['attempt_ended'],
  },
  posthorn_deliveries_pending: {
    kind: 'gauge',
    help: 'Deliveries that are owed, due or not: the backlog.',
    labels: [],
    from: state,
  },
  posthorn_deliveries_oldest_due_age_seconds: {
    kind: 'gauge',
    help: 'For how long the delivery that waits longest has been due; 0 when none is.',
    labels: [],
    from: state,
  },
  posthorn_deliveries_in_flight: {
    kind: 'gauge',
    help: 'Attempts under way at this node.',
    labels: [],
    from: state,
  },
  posthorn_deliveries_unrecorded: {
    kind: 'gauge',
    help: 'Attempts under way at this node, or ended and not yet recorded.',
    labels: [],
    from: state,
  },
  posthorn_deliveries_held: {
    kind: 'gauge',
    help: 'Deliveries held in memory because they may go within seconds.',
    labels: [],
    from: state,
  },
  posthorn_lanes: {
    kind: 'gauge',
    help: 'Endpoints that this node has a lane for.',
    labels: [],
    from: state,
  },
  posthorn_lanes_behind: {
    kind: 'gauge',
    help: 'Lanes that could send more than they hold, and so read from the store.',
    labels: [],
    from: state,
  },
  posthorn_streams_open: {
    kind: 'gauge',
    help: 'Streams of events that are open at this node.',
    labels: [],
    from: state,
  },
  posthorn_breakers: {
    kind: 'gauge',
    help: 'Circuit breakers of the lanes of this node, by state.',
    labels: ['state'],
    from: state,
  },
  posthorn_breaker_changes_total: {
    kind: 'counter',
    help: 'Changes of circuit breakers, by the state they went into.',
    labels: ['to'],
    from: ['breaker_changed'],
  },
  posthorn_endpoints_disabled_total: {
    kind: 'counter',
    help: 'Endpoints that were disabled by themselves, by reason.',
    labels: ['reason'],
    from: ['endpoint_disabled'],
  },
  posthorn_alerts_raised_total: {
    kind: 'counter',
    help: 'Alerts raised, by the type of their event.',
    labels: ['type'],
    from: ['alert_raised'],
  },
  posthorn_store_accepting: {
    kind: 'gauge',
    help: 'Whether the store takes new events: 1 or 0.',
    labels: [],
    from: state,
  },
  posthorn_store_uncommitted_bytes: {
    kind: 'gauge',
    help: 'Bytes handed to the store and not yet committed; past a limit the API answers 503.',
    labels: [],
    from: state,
  },
  posthorn_store_committed_rows_total: {
    kind: 'counter',
    help: 'Rows committed.',
    labels: [],
    from: state,
  },
  posthorn_store_commit_duration_seconds: {
    kind: 'histogram',
    help: 'How long commits took, their fsync included; its count is the count of commits.',
    labels: [],
    from: state,
  },
  posthorn_payload_cache_bytes: {
    kind: 'gauge',
    help: 'Payloads of events kept in memory for attempts that are about to be made.',
    labels: [],
    from: state,
  },
  posthorn_http_requests_total: {
    kind: 'counter',
    help: 'Requests answered, by the pattern of their route; `none` where no route was met.',
    labels: ['method', 'route', 'status'],
    from: ['request_ended'],
  },
  posthorn_http_request_duration_seconds: {
    kind: 'histogram',
    help: 'From the head of a request to its answer, by the pattern of its route.',
    labels: ['method', 'route'],
    from: ['request_ended'],
  },
  posthorn_http_requests_failed_total: {
    kind: 'counter',
    help: 'Requests that failed by our fault; the log has their causes.',
    labels: [],
    from: ['request_failed'],
  },
  posthorn_failed_steps_total: {
    kind: 'counter',
    help: 'Background steps that failed and were tried again; the log has their causes.',
    labels: ['step'],
    from: ['step_failed'],
  },
  posthorn_sender_restarts_total: {
    kind: 'counter',
    help: 'Times the thread that sends had died and was started again.',
    labels: [],
    from: ['sender_died'],
  },
  posthorn_event_loop_busy_seconds_total: {
    kind: 'counter',
    help: 'Time in which the event loop of a thread was busy; its rate is the utilisation, 0 to 1.',
    labels: ['thread'],
    from: state,
  },
  posthorn_event_loop_delay_seconds: {
    kind: 'gauge',
    help: 'How late timers of a thread ran, in the mean and at most, in the last 10 seconds.',
    labels: ['thread', 'stat'],
    from: state,
  },
  posthorn_build_info: {
    kind: 'gauge',
    help: 'Always 1; its labels tell what runs.',
    labels: ['version', 'node'],
    from: state,
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    help: 'CPU time used by the process, in user and kernel mode.',
    labels: [],
    from: state,
  },
  process_resident_memory_bytes: {
    kind: 'gauge',
    help: 'Resident memory of the process.',
    labels: [],
    from: state,
  },
  process_heap_bytes: {
    kind: 'gauge',
    help: 'Heap in use by the main thread.',
    labels: [],
    from: state,
  },
  process_start_time_seconds: {
    kind: 'gauge',
    help: 'When the process started, in Unix seconds.',
    labels: [],
    from: state,
  },
} as const satisfies Record<string, MetricShape>;

export type MetricName = keyof typeof metricTable;

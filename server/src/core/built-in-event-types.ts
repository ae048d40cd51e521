import { alertSamples } from './alert/alert-samples.ts';
import { chainAlertSamples } from './chain/chain-alert-samples.ts';
import { chainAlertTypes } from './chain/chain-alert.ts';
import { bundleEventTypes } from './bundle/bundle-event-types.ts';
import { contextEventTypes } from './context/context-event-types.ts';
import type { Json } from './json.ts';
import { taskEventTypes } from './task/task-event-types.ts';

/** A type of events that Posthorn itself makes. */
export type BuiltInEventType = {
  readonly id: string;
  readonly description: string;
  readonly sample: Json;
};

/** The type of a test event when no other is asked for. */
export const testEventType = 'posthorn.endpoint.test';

/** The types of which nobody but Posthorn makes events, with what their data may look like. */
const reservedEventTypes: readonly BuiltInEventType[] = [
  {
    id: 'posthorn.endpoint.failing',
    description: 'Attempts at an endpoint keep failing; told once per episode.',
    sample: alertSamples.failing,
  },
  {
    id: 'posthorn.endpoint.recovered',
    description: 'An endpoint that was failing takes deliveries again.',
    sample: alertSamples.recovered,
  },
  {
    id: 'posthorn.endpoint.disabled',
    description: 'An endpoint was disabled: by its own 410, or after failing for days.',
    sample: alertSamples.disabled,
  },
  {
    id: 'posthorn.delivery.dead',
    description: 'A delivery became a dead letter.',
    sample: alertSamples.dead,
  },
  {
    id: chainAlertTypes.held,
    description: 'A chain of events became too long: what continues it is held.',
    sample: chainAlertSamples.held,
  },
  {
    id: chainAlertTypes.released,
    description: 'A chain that was held goes on; what was held is delivered.',
    sample: chainAlertSamples.released,
  },
  {
    id: chainAlertTypes.busy,
    description: 'Very many events of one chain came within an hour; told once per hour.',
    sample: chainAlertSamples.busy,
  },
  {
    id: testEventType,
    description: 'Sent by POST /v1/endpoints/{id}/test to that endpoint alone.',
    sample: { test: true, message: 'A test event from Posthorn.' },
  },
];

/**
 * Every type that Posthorn itself makes events of. Those that are not reserved anybody may publish
 * as plain events, or register with words and a schema of their own.
 */
export const builtInEventTypes: readonly BuiltInEventType[] = [
  ...reservedEventTypes,
  ...taskEventTypes,
  ...contextEventTypes,
  ...bundleEventTypes,
];

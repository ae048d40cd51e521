import { alertSamples } from './alert/alert-samples.ts';
import type { Json } from './json.ts';

/** A type of events that Posthorn itself makes. */
export type BuiltInEventType = {
  readonly id: string;
  readonly description: string;
  readonly sample: Json;
};

/** The type of a test event when no other is asked for. */
export const testEventType = 'posthorn.endpoint.test';

/** Every reserved type, with what its data may look like. */
export const builtInEventTypes: readonly BuiltInEventType[] = [
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
    id: testEventType,
    description: 'Sent by POST /v1/endpoints/{id}/test to that endpoint alone.',
    sample: { test: true, message: 'A test event from Posthorn.' },
  },
];

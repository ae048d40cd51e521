import { exampleIds } from '../example-ids.ts';
import { instant } from '../instant.ts';
import type { Json } from '../json.ts';
import { bundleEventData } from './bundle-event.ts';
import type { BundleEventType } from './bundle-event.ts';
import type { Bundle } from './bundle.ts';

const madeAt = instant(Date.UTC(2026, 0, 31, 12, 4, 11));
const finalizedAt = instant(Date.UTC(2026, 0, 31, 12, 20));

const bundle: Bundle = {
  conversationId: 'conv_8841',
  source: 'slack',
  summary: 'Customer asks for a refund of invoice 42.',
  participants: ['u1', { id: 'u2', name: 'Bo', role: 'support' }],
  ...{ createdAt: madeAt, updatedAt: madeAt, finalizedAt: null },
  bytes: 18_204,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  contentVersion: 1,
};

/** The types of a bundle's events, with what their data may look like. */
export const bundleEventTypes = [
  {
    id: 'bundle.created',
    description: 'A bundle was made.',
    sample: sampleOf(1, bundle, []),
  },
  {
    id: 'bundle.updated',
    description: 'A bundle has a new version; of those that wait only the newest is sent.',
    sample: sampleOf(2, { ...bundle, updatedAt: finalizedAt }, ['summary', 'content']),
  },
  {
    id: 'bundle.finalized',
    description: 'A bundle is final.',
    sample: sampleOf(3, { ...bundle, updatedAt: finalizedAt, finalizedAt }, [
      'state',
      'finalizedAt',
    ]),
  },
] as const satisfies readonly { id: BundleEventType; description: string; sample: Json }[];

function sampleOf(version: number, of: Bundle, changed: readonly string[]): Json {
  const named = { id: exampleIds.bundle, version, bundle: of };
  const url = `https://posthorn.example.com/v1/bundles/${exampleIds.bundle}`;
  return JSON.parse(bundleEventData(named, { url, changed })) as Json;
}

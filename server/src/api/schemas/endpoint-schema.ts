import { Type } from './type.ts';
import { bodyFormats } from '../../core/endpoint.ts';
import type { JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';
import { alertFields, alertSettings, alertsReach } from './alert-schema.ts';
import { closed, metadata, orNull, shown, text, textMap, whole } from './fields.ts';
import { SubscriptionBody, subscriptionWishes } from './subscription-schema.ts';

const jitter = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));
const delay = whole(0, limits.retryDelayMs);

/** A retry policy: a preset's name, or the numbers. */
export const retryInput = Type.Unsafe<RetryInput>({
  anyOf: [
    Type.Enum(['standard', 'short']),
    {
      type: 'object',
      discriminator: { propertyName: 'kind' },
      required: ['kind'],
      oneOf: [
        closed({
          kind: Type.Literal('exponential'),
          initialMs: whole(1, limits.retryDelayMs),
          factor: Type.Number({ minimum: 1, maximum: 10 }),
          maxDelayMs: whole(1, limits.retryDelayMs),
          maxAttempts: whole(1, limits.retryAttempts),
          jitter,
        }),
        closed({
          kind: Type.Literal('schedule'),
          delaysMs: Type.Array(delay, { maxItems: limits.retryAttempts - 1 }),
          jitter,
        }),
      ],
    },
  ],
});

/** What {@link retryInput} lets through. */
export type RetryInput =
  | 'standard'
  | 'short'
  | {
      readonly kind: 'exponential';
      readonly initialMs: number;
      readonly factor: number;
      readonly maxDelayMs: number;
      readonly maxAttempts: number;
      readonly jitter?: number;
    }
  | { readonly kind: 'schedule'; readonly delaysMs: readonly number[]; readonly jitter?: number };

/** Everything that can be set on an endpoint. Null, or leaving it out, means the default. */
const endpointSettings = {
  url: text(limits.urlChars, 1, 'Where requests go: http or https.'),
  description: Type.Optional(orNull(text(limits.descriptionChars, 0, 'For people.'))),
  headers: Type.Optional(
    orNull(
      textMap(limits.customHeaders, 'Sent with each request. Values are secret and shown masked.'),
    ),
  ),
  scheme: Type.Optional(
    orNull(
      Type.Enum(['standard', 'hmac-hex', 'none'], { description: 'How requests are signed.' }),
    ),
  ),
  headerNames: Type.Optional(
    orNull(Type.Enum(['webhook', 'svix'], { description: 'How the names of its headers begin.' })),
  ),
  format: Type.Optional(
    orNull(Type.Enum([...bodyFormats], { description: 'How the body is made of the event.' })),
  ),
  retry: Type.Optional(orNull({ ...retryInput, description: 'A preset, or the numbers.' })),
  retryAfterMaxMs: Type.Optional(
    orNull(whole(0, limits.retryDelayMs, 'The longest wait that Retry-After may ask for.')),
  ),
  breaker: Type.Optional(
    orNull(
      closed({
        failuresInARow: Type.Optional(
          whole(1, limits.breakerFailuresMax, 'So many open the circuit.'),
        ),
        openMs: Type.Optional(
          whole(limits.breakerOpenMinMs, limits.breakerOpenMaxMs, 'How long it is open at first.'),
        ),
      }),
    ),
  ),
  timeoutMs: Type.Optional(
    orNull(whole(limits.attemptMinMs, limits.attemptMaxMs, 'For an attempt as a whole.')),
  ),
  maxInFlight: Type.Optional(
    orNull(whole(1, limits.inFlightPerEndpoint, 'The most attempts at a time.')),
  ),
  ratePerSecond: Type.Optional(
    orNull(
      Type.Number({
        minimum: 0.01,
        maximum: limits.ratePerSecondMax,
        description: 'The most attempts that start in a second; null for no limit.',
      }),
    ),
  ),
  orderWaitMs: Type.Optional(
    orNull(whole(0, limits.deliveryAgeMs, '0: for as long as the policy retries.')),
  ),
  onDead: Type.Optional(
    orNull(
      Type.Enum(['continue', 'hold'], {
        description: 'Whether what follows a dead letter in order goes on, or waits for people.',
      }),
    ),
  ),
  maxAgeMs: Type.Optional(
    orNull(
      whole(limits.deliveryAgeMinMs, limits.retentionMs, 'From first due to dead, also paused.'),
    ),
  ),
  ...alertSettings,
  metadata: Type.Optional(orNull(metadata)),
};

/** Settings alone: what a change must lead to. */
export const EndpointSettingsBody = closed(endpointSettings);

const signing = Type.Optional(
  Type.Enum(['v1', 'v1a'], {
    description:
      'What a secret that is made signs by: v1, which both sides share, or v1a, a private key ' +
      'whose public key receivers verify with.',
  }),
);
const publicKey = orNull(
  Type.String({ description: 'What verifies signatures of v1a, whpk_…; null for v1.' }),
);

/** A new endpoint; with `types` it gets its first subscription. */
export const NewEndpointBody = closed({
  ...endpointSettings,
  secret: Type.Optional(
    text(limits.secretChars, 8, 'Your own; for the scheme standard whsec_ or whsk_ and base64.'),
  ),
  signing,
  ...subscriptionWishes,
  types: Type.Optional(subscriptionWishes.types),
});

/** A change of settings, as JSON Merge Patch; what it leads to is judged, not the patch. */
export const EndpointPatchBody = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'Settings of an endpoint: only what is named changes; null means the default.',
});

const endpointFields = {
  id: shown('Its id.'),
  tenantId: shown('Whose it is.'),
  url: shown('Where requests go.'),
  description: shown('For people.'),
  status: Type.Enum(['active', 'paused', 'disabled'], {
    description: 'paused: deliveries are made and held. disabled: none are made.',
  }),
  disabledReason: orNull(
    Type.Enum(['asked', 'gone', 'failing'], {
      description: 'By a person, by its own 410, or after failing for days.',
    }),
  ),
  disabledAt: orNull(shown('When it was disabled.')),
  headers: textMap(limits.customHeaders),
  scheme: Type.String(),
  publicKey,
  headerNames: Type.String(),
  format: Type.String(),
  retry: Type.Unknown(),
  retryAfterMaxMs: Type.Integer(),
  breaker: closed({ failuresInARow: Type.Integer(), openMs: Type.Integer() }),
  circuit: Type.Enum(['closed', 'open', 'probing'], {
    description: 'open: deliveries are held; probing: one is tried.',
  }),
  timeoutMs: Type.Integer(),
  maxInFlight: Type.Integer(),
  ratePerSecond: orNull(Type.Number()),
  orderWaitMs: Type.Integer(),
  onDead: Type.String(),
  maxAgeMs: Type.Integer(),
  ...alertFields,
  alertsReach,
  metadata: orNull(metadata),
  subscriptions: Type.Array(SubscriptionBody),
  createdAt: shown('When it was made.'),
  updatedAt: shown('When it was last changed.'),
};

/** An endpoint as it is shown. */
export const EndpointBody = closed(endpointFields);

/** A new endpoint as it is shown, this once with its secret. */
export const CreatedEndpointBody = closed({
  ...endpointFields,
  secret: shown('Signs what it gets; shown this once.'),
  warnings: Type.Array(closed({ code: Type.String(), message: Type.String() }), {
    description: 'What you may not have meant.',
  }),
});

/** The secret that signs, and the one before it while both do. */
export const SecretBody = closed({
  secret: Type.String(),
  publicKey,
  previous: orNull(closed({ secret: Type.String(), publicKey, endsAt: Type.String() })),
});

/** A change of secret. */
export const RotateBody = closed({
  secret: Type.Optional(text(limits.secretChars, 8)),
  signing,
  overlapMs: Type.Optional(
    whole(0, limits.secretOverlapMaxMs, 'How long the old one signs as well.'),
  ),
});

import { Type } from '../../api/schemas/type.ts';
import type { Static } from 'typebox';
import { closed } from '../../api/schemas/fields.ts';
import { NewReplayBody } from '../../api/schemas/replay-schema.ts';
import { AppError } from '../../core/app-error.ts';
import { instant } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import type { Caller } from '../caller.ts';
import { tool } from '../tool.ts';
import type { ToolCall } from '../tool.ts';

const { dryRun: _dryRun, ...filter } = NewReplayBody.properties;

const Input = closed({
  ...filter,
  confirmation: Type.Optional(
    Type.String({
      maxLength: limits.confirmationChars,
      description: 'The confirmation of the plan; with it the replay is made.',
    }),
  ),
});

type Wish = Static<typeof Input>;
type Call = ToolCall<Wish>;

/** Deliveries made again, in two steps. */
export const replay = tool({
  name: 'replay',
  title: 'Replay deliveries',
  description:
    'Deliver old events again, in two steps. First call it without confirmation: it does ' +
    'nothing, and answers how many deliveries it would make, a sample, and a confirmation that ' +
    `is valid for ${limits.confirmationMs / 60_000} minutes. Show the counts to your user. Then ` +
    'call it again with exactly the same filters and that confirmation: it makes the replay. ' +
    'Without filters it means all dead letters. Needs a key with the scope `replay`.',
  input: Input,
  output: closed({
    step: Type.Enum(['planned', 'made']),
    plan: Type.Optional(Type.Object({}, { description: 'The counts, and a sample.' })),
    confirmation: Type.Optional(Type.String()),
    expiresAt: Type.Optional(Type.String()),
    replay: Type.Optional(Type.Object({}, { description: 'The replay, and how far it is.' })),
  }),
  isReadOnly: false,
  run: (call) => (call.input.confirmation === undefined ? plan(call) : make(call)),
});

async function plan({ input, api, deps }: Call): Promise<string> {
  const found = await api.post('/v1/replays', { ...input, dryRun: true });
  const expiresAt = instant(deps.clock.now() + limits.confirmationMs);
  const confirmation = deps.confirmations.issue(meant(api, input), expiresAt);
  const told = { step: 'planned', confirmation, expiresAt: new Date(expiresAt).toISOString() };
  return JSON.stringify({ ...told, plan: JSON.parse(found) as unknown });
}

async function make({ input, api, deps }: Call): Promise<string> {
  const { confirmation = '', ...wish } = input;
  const judged = deps.confirmations.judge(confirmation, meant(api, wish), deps.clock.now());
  if (judged !== 'ok')
    throw new AppError('validation_failed', undefined, { errors: [bad[judged]] });
  // Whoever confirms twice makes one replay.
  const made = await api.post('/v1/replays', wish, `mcp-${confirmation}`);
  return JSON.stringify({ step: 'made', replay: JSON.parse(made) as unknown });
}

const again = 'call without it to get another one';
const bad = {
  expired: { pointer: '/confirmation', message: `has expired; ${again}` },
  wrong: { pointer: '/confirmation', message: `is not for these filters; ${again}` },
} as const;

/** Whose replay of what: all that a confirmation is good for. */
function meant({ access }: Caller, { confirmation: _confirmation, ...wish }: Wish): string {
  const sorted = Object.entries(wish).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(['replay', access.key?.id, access.tenant, sorted]);
}

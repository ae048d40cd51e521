import { Type } from './type.ts';
import type { TSchema } from 'typebox';
import { chainAlertTypes } from '../../core/chain/chain-alert.ts';
import { closed, orNull, shown, time } from './fields.ts';

const moment = (description: string) => ({ ...time, description });
const whole = (description: string) => Type.Integer({ minimum: 0, description });

const subject = {
  correlationId: shown('The chain that it is about.'),
  tenantId: shown('Whose chain it is.'),
};

const cause = {
  eventId: shown('The event that led to this.'),
  eventType: shown('Its type.'),
  causationId: orNull(shown('The event that it named as its cause.')),
  hops: whole('How many events of the chain stand before it.'),
};

const links = {
  chain: shown('Shows the chain.'),
  release: Type.Optional(shown('To be posted to: delivers what is held.')),
};

/** What the data of each event about chains holds, by its type. */
export const chainEventSchemas: Readonly<Record<string, TSchema>> = {
  [chainAlertTypes.held]: closed({
    ...{ ...subject, ...cause, allowedHops: whole('An event with more hops is held.') },
    heldAt: moment('Since when events of the chain are held.'),
    explanation: closed({
      cause: shown('What went wrong, in one sentence.'),
      evidence: shown('What was seen that says so.'),
      fix: shown('What to do about it.'),
    }),
    links: closed(links),
  }),
  [chainAlertTypes.released]: closed({
    ...{ ...subject, allowedHops: whole('An event with more hops is held again.') },
    releasedAt: moment('When it was released.'),
    replayId: shown('The replay that delivers what was held.'),
    links: closed(links),
  }),
  [chainAlertTypes.busy]: closed({
    ...{ ...subject, ...cause },
    limit: whole('More events than this came within `windowMs`.'),
    windowMs: whole('The time in which they are counted.'),
    at: moment('When that was seen.'),
    links: closed(links),
  }),
};

import type { Subscription } from '../core/subscription.ts';

const linksAreLocal = {
  code: 'links_are_local',
  message:
    'Links to large data will name the address that this server listens at. ' +
    'Start it with --public-url so that others can follow them.',
};

/** What somebody may not have meant who wishes for links to large data. */
export function claimWarnings(
  publicUrl: string | null,
  { claimCheck }: Pick<Subscription, 'claimCheck'>,
) {
  return claimCheck === true && publicUrl === null ? [linksAreLocal] : [];
}

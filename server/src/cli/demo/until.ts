import { setTimeout as wait } from 'node:timers/promises';

const lookMs = 100;

/** Looks again and again until `look` answers something; null when `msMax` has passed. */
export async function until<Seen>(
  look: () => Promise<Seen | null> | Seen | null,
  msMax: number,
): Promise<Seen | null> {
  const endsAt = performance.now() + msMax;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() >= endsAt) return null;
    await wait(lookMs);
  }
}

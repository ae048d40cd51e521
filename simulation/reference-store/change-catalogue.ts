import type { CatalogueAnswer, CatalogueChange } from '../../server/src/store/catalogue.ts';
import { idempotencyKey, judgeRow } from './accept-event.ts';
import type { Image } from './image.ts';

/** Makes all writes of a change, or none. */
export function changeCatalogue(image: Image, change: CatalogueChange): CatalogueAnswer {
  const { writes, idempotency } = change;
  const kept = idempotency && judgeRow(image, idempotency, image.clock.now());
  if (kept) return kept;
  for (const [index, { resource, expects }] of writes.entries()) {
    const version = image.catalogue.versionOf(resource);
    if (version !== expects) return { is: 'conflict', index, version };
  }
  const version = writes.length === 0 ? image.catalogue.version : image.catalogue.raise();
  const resources = writes.map((write, index) =>
    image.catalogue.write(write, image.nextPosition(), index),
  );
  if (idempotency !== null) image.idempotency.set(idempotencyKey(idempotency), idempotency);
  return { is: 'changed', version, resources };
}

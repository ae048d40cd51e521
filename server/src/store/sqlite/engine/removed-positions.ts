import type { ReadContext, WriteContext } from './context.ts';

/** Whose events a position is the newest removed one of: a tenant's, or with 0 everyone's. */
export const everyTenant = 0;

/** The newest position of an event that retention has removed; 0 when it has removed none. */
export function removedPosition({ db }: ReadContext, tenant: number): number {
  const row = db.tuple<[number]>('SELECT position FROM removed_positions WHERE tenant = ?', tenant);
  return row?.[0] ?? 0;
}

/** Gathers what one step of retention removes, to keep it in few rows. */
export class RemovedPositions {
  readonly #context: WriteContext;
  readonly #newest = new Map<number, number>();

  constructor(context: WriteContext) {
    this.#context = context;
  }

  /** Events come by position. */
  add({ tenant, position }: { readonly tenant: number; readonly position: number }): void {
    this.#newest.set(tenant, position);
    this.#newest.set(everyTenant, position);
  }

  keep(): void {
    for (const [tenant, position] of this.#newest) {
      this.#context.db.run(
        `INSERT INTO removed_positions VALUES (?, ?) ON CONFLICT (tenant)
          DO UPDATE SET position = max(position, excluded.position)`,
        tenant,
        position,
      );
    }
  }
}

import type { WriteContext } from './context.ts';

/** Erases what an event left beside guarded rows: the notes of its versions, and its content. */
export function eraseGuarded({ db }: WriteContext, position: number): void {
  db.run(
    'UPDATE guarded_history SET note = NULL WHERE position = ? AND note IS NOT NULL',
    position,
  );
  db.run('DELETE FROM guarded_contents WHERE position = ?', position);
}

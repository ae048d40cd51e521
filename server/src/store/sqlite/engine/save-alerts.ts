import type { AlertState } from '../../../core/alert/alert-state.ts';
import type { AlertSave } from '../../alert-book.ts';
import type { WriteContext } from './context.ts';

type EndpointOf = Pick<AlertState, 'tenantId' | 'endpointId'>;

/** Saves one step of alerts, unless another was saved since the version that it was made from. */
export function saveAlerts(
  context: WriteContext,
  { expects, position, states, forget }: AlertSave,
): { is: 'saved'; version: number } | { is: 'overtaken' } {
  const { db } = context;
  const found = db.get<{ value: number }>(`SELECT value FROM meta WHERE name = 'alert_version'`);
  if ((found?.value ?? 0) !== expects) return { is: 'overtaken' };
  const version = expects + 1;
  const keep = 'INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)';
  db.run(keep, 'alert_version', version);
  db.run(keep, 'alert_position', position);
  for (const state of states) {
    const value = JSON.stringify(state);
    db.run('INSERT OR REPLACE INTO alert_states VALUES (?, ?)', keyOf(context, state), value);
  }
  for (const each of forget) {
    db.run('DELETE FROM alert_states WHERE endpoint = ?', keyOf(context, each));
  }
  return { is: 'saved', version };
}

function keyOf({ names }: WriteContext, { tenantId, endpointId }: EndpointOf): number {
  return names.make('endpoint', names.make('tenant', 0, tenantId), endpointId);
}

import type { DisableReason, EndpointStatus } from '../../../core/endpoint.ts';
import type { AttemptRecord } from '../../queue.ts';
import { nextCatalogueVersion } from './catalogue-change.ts';
import type { WriteContext } from './context.ts';
import type { ResourceRow } from './resource-row.ts';

/** Disables the endpoint of a record, unless it is disabled or deleted already. */
export function disableEndpoint(
  context: WriteContext,
  { tenantId, endpointId, at }: AttemptRecord,
  reason: DisableReason,
): void {
  const row = context.db.get<Pick<ResourceRow, 'open'>>(
    `SELECT open FROM resources
      WHERE kind = 'endpoint' AND id = ? AND tenant = ? AND is_removed = 0`,
    endpointId,
    tenantId,
  );
  if (row === null) return;
  const open = JSON.parse(row.open) as { status: EndpointStatus };
  if (open.status.is === 'disabled' || open.status.is === 'deleted') return;
  const status: EndpointStatus = { is: 'disabled', reason, at };
  // The sealed part stays as it is: its place names the row, not the version.
  context.db.run(
    `UPDATE resources SET open = ?, version = version + 1, catalogue_version = ?, change_index = 0
      WHERE kind = 'endpoint' AND id = ?`,
    JSON.stringify({ ...open, status, updatedAt: at }),
    nextCatalogueVersion(context),
    endpointId,
  );
}

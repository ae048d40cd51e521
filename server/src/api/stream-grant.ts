import { AppError } from '../core/app-error.ts';
import type { KeyId } from '../core/ids.ts';
import type { StreamGrant } from '../core/stream-tokens.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './deps.ts';
import { instantText } from './instant-text.ts';

/** Lets a request in by a token for one stream; null when it brings none. */
export function admitByToken(
  query: unknown,
  deps: Pick<ApiDeps, 'streamTokens' | 'mirror' | 'clock'>,
): Access | null {
  const token = (query as { token?: unknown } | null)?.token;
  if (typeof token !== 'string') return null;
  const grant = deps.streamTokens.read(token);
  if (grant === null) throw new AppError('unauthorized', 'The token is not valid.');
  if (grant.expiresAt <= deps.clock.now()) {
    const at = instantText(grant.expiresAt);
    throw new AppError('unauthorized', `The token expired at ${at}. Ask for another one.`);
  }
  if (isOver(grant.keyId, deps)) {
    throw new AppError('unauthorized', 'The key that asked for this token is gone.');
  }
  const { tenantId } = grant;
  return { key: null, tenant: tenantId, reach: tenantId, grant };
}

/** Whether what let a caller in is over: its token or key has expired, or its key is gone. */
export function isRefused(
  { key, grant }: Access,
  deps: Pick<ApiDeps, 'mirror' | 'clock'>,
): boolean {
  if (grant !== undefined && grant.expiresAt <= deps.clock.now()) return true;
  const keyId = grant?.keyId ?? key?.id;
  return keyId === undefined || isOver(keyId, deps);
}

/** Whether a key is gone or has expired. */
function isOver(id: KeyId, { mirror, clock }: Pick<ApiDeps, 'mirror' | 'clock'>): boolean {
  const held = mirror.get('key', null, id);
  const { expiresAt = null } = held?.value ?? {};
  return held === null || (expiresAt !== null && expiresAt <= clock.now());
}

/** Throws `forbidden` when a token is for another stream than the events of this task. */
export function assertGrantsTask(grant: StreamGrant | undefined, taskId: string): void {
  if (grant === undefined || grant.taskId === taskId) return;
  throw new AppError('forbidden', 'This token is for another stream.');
}

/** The types that a token lets through; null for any. Throws when it is for a task alone. */
export function grantedTypes(grant: StreamGrant | undefined): readonly string[] | null {
  if (grant === undefined) return null;
  if (grant.taskId === null) return grant.types;
  throw new AppError('forbidden', 'This token is for the events of one task.');
}

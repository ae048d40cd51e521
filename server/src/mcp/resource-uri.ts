import type { StoredEvent } from '../core/event.ts';
import { limits } from '../core/limits.ts';

/** What a resource stands for. */
export type Named =
  | { readonly is: 'entity'; readonly type: string; readonly id: string }
  | { readonly is: 'bundle'; readonly id: string };

/** The URI of a resource. */
export function uriOf(named: Named): string {
  if (named.is === 'bundle') return `posthorn://bundles/${encodeURIComponent(named.id)}`;
  const [type, id] = [encodeURIComponent(named.type), encodeURIComponent(named.id)];
  return `posthorn://entities/${type}/${id}`;
}

/** The route that shows it. */
export function pathOf(named: Named): string {
  return uriOf(named).replace('posthorn://', '/v1/');
}

/** Reads a URI; null when there can be no such resource. */
export function readUri(uri: string): Named | null {
  if (uri.length > limits.mcpUriChars) return null;
  const [, kind, path = ''] = /^posthorn:\/\/(entities|bundles)\/(.+)$/.exec(uri) ?? [];
  const parts = path.split('/').map(decoded);
  if (!parts.every((part) => part !== null && part !== '')) return null;
  const [first, second] = parts;
  if (kind === 'bundles' && parts.length === 1) return { is: 'bundle', id: first ?? '' };
  if (kind !== 'entities' || parts.length !== 2) return null;
  return { is: 'entity', type: first ?? '', id: second ?? '' };
}

/** The resource that an event tells of a change of; null when it tells of none. */
export function changedBy({ type, entity }: Pick<StoredEvent, 'type' | 'entity'>): Named | null {
  if (entity === null) return null;
  if (type === 'context.updated') return { is: 'entity', ...entity };
  const isBundle = type.startsWith('bundle.') && entity.type === 'bundle';
  return isBundle ? { is: 'bundle', id: entity.id } : null;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

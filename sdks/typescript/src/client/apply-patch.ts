/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation = {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
};

type Holder = Record<string, unknown> | unknown[];

/**
 * Applies a JSON Patch to a copy of a document; throws when an operation does not fit, and the
 * document stays as it was in any case.
 */
export function applyPatch(document: unknown, patch: readonly PatchOperation[]): unknown {
  // What is copied in may be changed by later operations.
  const root = { document: structuredClone(document) };
  for (const operation of patch) apply(root, structuredClone(operation));
  return root.document;
}

type Root = { document: unknown };

function apply(root: Root, { op, path, from = '', value }: PatchOperation): void {
  switch (op) {
    case 'add':
      return add(root, path, value);
    case 'remove':
      return void remove(root, path);
    case 'replace':
      read(root, path);
      return put(root, path, value);
    case 'move':
      if (path.startsWith(`${from}/`)) throw unfit(path, 'lies within what is moved');
      return add(root, path, remove(root, from));
    case 'copy':
      return add(root, path, structuredClone(read(root, from)));
    case 'test':
      if (!isSame(read(root, path), value)) throw unfit(path, 'is something else');
      return;
    default:
      throw unfit(path, `has the unknown operation ${op}`);
  }
}

function add(root: Root, path: string, value: unknown): void {
  const { holder, name } = holderOf(root, path);
  if (!Array.isArray(holder)) return put(root, path, value);
  const at = name === '-' ? holder.length : indexOf(name, path);
  if (at > holder.length) throw unfit(path, 'lies past the end');
  holder.splice(at, 0, value);
}

function remove(root: Root, path: string): unknown {
  const value = read(root, path);
  const { holder, name } = holderOf(root, path);
  if (Array.isArray(holder)) holder.splice(indexOf(name, path), 1);
  else Reflect.deleteProperty(holder, name);
  return value;
}

function put(root: Root, path: string, value: unknown): void {
  const { holder, name } = holderOf(root, path);
  // An assignment to __proto__ would not make a member.
  const descriptor = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(holder, name, descriptor);
}

function read(root: Root, path: string): unknown {
  const { holder, name } = holderOf(root, path);
  if (Array.isArray(holder)) {
    const at = indexOf(name, path);
    if (at >= holder.length) throw unfit(path, 'lies past the end');
    return holder[at];
  }
  if (!Object.hasOwn(holder, name)) throw unfit(path, 'is not there');
  return holder[name];
}

/** What holds the value that a pointer (RFC 6901) leads to; the root holds the document. */
function holderOf(root: Root, path: string): { holder: Holder; name: string } {
  if (path !== '' && !path.startsWith('/')) throw unfit(path, 'is no JSON Pointer');
  const names = ['document', ...path.split('/').slice(1).map(unescaped)];
  const name = names.pop() ?? '';
  let holder: unknown = root;
  for (const each of names) {
    const found = Array.isArray(holder) ? String(indexOf(each, path)) : each;
    const isThere = isHolder(holder) && Object.hasOwn(holder, found);
    holder = isThere ? (holder as Record<string, unknown>)[found] : undefined;
  }
  if (!isHolder(holder)) throw unfit(path, 'lies in nothing');
  return { holder, name };
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function indexOf(name: string, path: string): number {
  if (!/^(0|[1-9]\d{0,9})$/.test(name)) throw unfit(path, 'names no element of a list');
  return Number(name);
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isHolder(a) || !isHolder(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const [left, right] = [a, b] as Record<string, unknown>[];
  return names.every((name) => Object.hasOwn(b, name) && isSame(left?.[name], right?.[name]));
}

function unfit(path: string, why: string): Error {
  return new Error(`the patch does not fit: ${path === '' ? 'the document' : path} ${why}`);
}

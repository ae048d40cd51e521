/** What the headers of a request say of it. */
export type StandardClaim = {
  readonly is: 'ok';
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  /** As it was written: these characters are signed. */
  readonly timestampText: string;
  /** Each with its version: `v1,…`. */
  readonly signatures: readonly string[];
  /** The name of the header with the timestamp. */
  readonly name: string;
};

type Claimed = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headerNames?: 'webhook' | 'svix';
};

type Read = StandardClaim | { readonly is: 'refused'; readonly because: string };

/** Reads the three headers of Standard Webhooks, or says which of them is wrong. */
export function readClaim({ headers, headerNames = 'webhook' }: Claimed): Read {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(headers)) {
    const more = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    values.set(name.toLowerCase(), [...(values.get(name.toLowerCase()) ?? []), ...more]);
  }
  const said: Record<string, string> = {};
  for (const part of ['id', 'timestamp', 'signature']) {
    const name = `${headerNames}-${part}`;
    const given = values.get(name) ?? [];
    if (given.length === 0 || given[0] === '') return refused(missing(name, part, values));
    if (given.length > 1 && part !== 'signature') return refused(`${name} is there twice`);
    said[part] = given.join(' ');
  }
  const { id = '', timestamp: timestampText = '', signature = '' } = said;
  const name = `${headerNames}-timestamp`;
  if (!/^\d{1,15}$/.test(timestampText)) {
    return refused(`${name} must be Unix seconds, in digits alone`);
  }
  const signatures = signature.split(' ').filter((each) => each !== '');
  return { is: 'ok', id, timestamp: Number(timestampText), timestampText, signatures, name };
}

function missing(
  name: string,
  part: string,
  values: ReadonlyMap<string, readonly string[]>,
): string {
  const other = name.startsWith('svix') ? 'webhook' : 'svix';
  const isOtherNamed = values.has(`${other}-${part}`);
  const hint = isOtherNamed ? `; ${other}-${part} is there, which is the other naming` : '';
  return `the header ${name} is missing${hint}`;
}

function refused(because: string): Read {
  return { is: 'refused', because };
}

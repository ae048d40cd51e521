import type { HeaderValues } from './header-values.ts';
import type { VerifyFailure } from './webhook-verification-error.ts';

/** How the three headers are named: `webhook-…` as the standard has it, or `svix-…`. */
export type HeaderNames = 'webhook' | 'svix';

/** What the headers of a webhook say of it. */
export type Claim = {
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

/** Why a webhook is not believed; `because` is a sentence for people. */
export type Refused = {
  readonly is: 'refused';
  readonly code: VerifyFailure;
  readonly because: string;
};

/** A signature on one delivery during a rotation, a few times over. */
const signaturesMax = 32;

/** Reads the three headers of Standard Webhooks, or says which of them is wrong. */
export function readClaim(values: HeaderValues, names: HeaderNames): Claim | Refused {
  const said: Record<string, string> = {};
  for (const part of ['id', 'timestamp', 'signature']) {
    const name = `${names}-${part}`;
    const given = values.get(name) ?? [];
    if (given.length === 0 || given[0] === '') {
      return refused('header_missing', missing(name, part, values));
    }
    if (given.length > 1 && part !== 'signature') {
      return refused('header_malformed', `${name} is there twice`);
    }
    said[part] = given.join(' ');
  }
  return claimed(said, `${names}-timestamp`);
}

function claimed(said: Record<string, string>, name: string): Claim | Refused {
  const { id = '', timestamp: timestampText = '', signature = '' } = said;
  if (!/^\d{1,15}$/.test(timestampText)) {
    return refused('header_malformed', `${name} must be Unix seconds, in digits alone`);
  }
  const signatures = signature.split(' ').filter((each) => each !== '');
  if (signatures.length > signaturesMax) {
    return refused('header_malformed', `there are more than ${signaturesMax} signatures`);
  }
  return { is: 'ok', id, timestamp: Number(timestampText), timestampText, signatures, name };
}

function missing(name: string, part: string, values: HeaderValues): string {
  const other = name.startsWith('svix') ? 'webhook' : 'svix';
  const hint = values.has(`${other}-${part}`)
    ? `; ${other}-${part} is there: say headerNames: '${other}'`
    : '';
  return `the header ${name} is missing${hint}`;
}

function refused(code: VerifyFailure, because: string): Refused {
  return { is: 'refused', code, because };
}

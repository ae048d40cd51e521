import { createHmac } from 'node:crypto';
import type { StandardClaim } from './standard-claim.ts';
import type { StandardKey } from './standard-secret.ts';

type Mismatch = {
  readonly keys: readonly StandardKey[];
  readonly claim: StandardClaim;
  readonly body: Uint8Array;
};

/** Says why no signature matches: by what is written, else by trying the usual mistakes. */
export function mismatchHint(mismatch: Mismatch): string {
  return byVersion(mismatch) ?? byEncoding(mismatch) ?? byMistake(mismatch) ?? unexplained;
}

const unexplained =
  'no signature matches: the secret is another one, or id, timestamp or body were changed on ' +
  'their way; verify the raw bytes of the body, before anything parses them';

/** Signatures of no version that one of the keys could have made. */
function byVersion({ keys, claim }: Mismatch): string | null {
  const versions = claim.signatures.map((each) => /^(v\w{1,16}),/.exec(each)?.[1] ?? null);
  if (versions.every((each) => each === null)) {
    return 'no signature names its version: each must begin with v1, or v1a,';
  }
  const known = new Set<string>(keys.map(({ is }) => (is === 'symmetric' ? 'v1' : 'v1a')));
  if (versions.some((each) => each !== null && known.has(each))) return null;
  const found = [...new Set(versions.filter((each) => each !== null))].join(', ');
  if (found === 'v1a') return 'the signature is v1a, which takes the public key (whpk_…)';
  if (found === 'v1') return 'the signature is v1, which takes the shared secret (whsec_…)';
  return `no signature is of a version that these secrets verify; found ${found}`;
}

/** The right signature, written in another way. */
function byEncoding({ keys, claim, body }: Mismatch): string | null {
  const given = claim.signatures.map((each) => each.replace(/^v1a?,/, ''));
  for (const key of keys) {
    if (key.is !== 'symmetric') continue;
    const right = digest(key.bytes, claim, body);
    const [base64, hex] = [right.toString('base64'), right.toString('hex')];
    if (given.includes(hex)) return 'the signature is right but in hex; it must be base64';
    if (given.includes(base64.replace(/=+$/, ''))) {
      return 'the signature is right but for its padding (=), which must be there';
    }
    if (given.some((each) => each.replace(/=+$/, '') === right.toString('base64url'))) {
      return 'the signature is right but in the URL-safe alphabet; it must be plain base64';
    }
  }
  return null;
}

/** The signature of a body or secret that is almost the right one. */
function byMistake({ keys, claim, body }: Mismatch): string | null {
  const given = new Set(claim.signatures);
  const isMadeBy = (bytes: Uint8Array, of: Uint8Array): boolean =>
    given.has(`v1,${digest(bytes, claim, of).toString('base64')}`);
  const text = Buffer.from(body).toString('utf8');
  for (const key of keys) {
    if (key.is !== 'symmetric') continue;
    const asText = [key.text, key.text.replace(/^whsec_/, '')];
    if (asText.some((each) => isMadeBy(Buffer.from(each, 'utf8'), body))) {
      return 'it was signed with the secret as text; the key is what its base64 stands for';
    }
    for (const [says, other] of almost(text)) {
      if (isMadeBy(key.bytes, Buffer.from(other, 'utf8'))) return `the body was changed: ${says}`;
    }
  }
  return null;
}

function almost(text: string): (readonly [says: string, body: string])[] {
  return [
    ['its line ends were turned into LF', text.replaceAll('\n', '\r\n')],
    ['its line ends were turned into CR LF', text.replaceAll('\r\n', '\n')],
    ['white space was added at its end', text.trimEnd()],
    ['a line end was cut off', `${text}\n`],
    ...reserialized(text),
  ];
}

function reserialized(text: string): (readonly [says: string, body: string])[] {
  try {
    const value: unknown = JSON.parse(text);
    const says = 'it was parsed as JSON and written again';
    return [
      [says, JSON.stringify(value)],
      [says, JSON.stringify(value, null, 2)],
      [says, JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ')],
    ];
  } catch {
    return [];
  }
}

function digest(key: Uint8Array, { id, timestampText }: StandardClaim, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestampText}.`).update(body).digest();
}

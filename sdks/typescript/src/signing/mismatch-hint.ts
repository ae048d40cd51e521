import { encodeBase64 } from './base64.ts';
import type { Claim } from './claim.ts';
import { hexOf } from './hex-of.ts';
import { digest, signedContent } from './signatures.ts';
import type { SigningKey } from './signing-key.ts';

type Mismatch = {
  readonly keys: readonly SigningKey[];
  readonly claim: Claim;
  readonly body: Uint8Array;
};
type Symmetric = Extract<SigningKey, { is: 'symmetric' }>;

/** Says why no signature matches: by what is written, else by trying the usual mistakes. */
export async function mismatchHint(mismatch: Mismatch): Promise<string> {
  const said = byVersion(mismatch);
  if (said !== null) return said;
  for (const key of mismatch.keys) {
    if (key.is !== 'symmetric') continue;
    const found = (await byEncoding(key, mismatch)) ?? (await byMistake(key, mismatch));
    if (found !== null) return found;
  }
  return unexplained;
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
async function byEncoding(key: Symmetric, { claim, body }: Mismatch): Promise<string | null> {
  const given = claim.signatures.map((each) => each.replace(/^v1a?,/, ''));
  const right = await digestOf(key.bytes, claim, body);
  const [base64, hex] = [encodeBase64(right), hexOf(right)];
  const bare = base64.replace(/=+$/, '');
  if (given.includes(hex)) return 'the signature is right but in hex; it must be base64';
  if (given.includes(bare)) {
    return 'the signature is right but for its padding (=), which must be there';
  }
  const urlSafe = bare.replaceAll('+', '-').replaceAll('/', '_');
  if (given.some((each) => each.replace(/=+$/, '') === urlSafe)) {
    return 'the signature is right but in the URL-safe alphabet; it must be plain base64';
  }
  return null;
}

/** The signature of a body or secret that is almost the right one. */
async function byMistake(key: Symmetric, { claim, body }: Mismatch): Promise<string | null> {
  const given = new Set(claim.signatures);
  const isMadeBy = async (bytes: Uint8Array, of: Uint8Array): Promise<boolean> =>
    given.has(`v1,${encodeBase64(await digestOf(bytes, claim, of))}`);
  const encoder = new TextEncoder();
  for (const text of [key.text, key.text.replace(/^whsec_/, '')]) {
    if (await isMadeBy(encoder.encode(text), body)) {
      return 'it was signed with the secret as text; the key is what its base64 stands for';
    }
  }
  for (const [says, other] of almost(new TextDecoder().decode(body))) {
    if (await isMadeBy(key.bytes, encoder.encode(other))) return `the body was changed: ${says}`;
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

function digestOf(key: Uint8Array, claim: Claim, body: Uint8Array): Promise<Uint8Array> {
  return digest(Uint8Array.from(key), signedContent(claim.id, claim.timestampText, body));
}

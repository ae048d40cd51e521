import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate with its key, in PEM; `chain` adds the certificates between it and its root. */
export type Certificate = {
  readonly name: string;
  readonly pem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
};

type Wanted = {
  readonly name: string;
  readonly issuer: Certificate | null;
  readonly isAuthority: boolean;
  readonly until: Date;
};

const ecdsaWithSha256 = '06082a8648ce3d040302';
const commonName = '0603550403';
const from = new Date('2020-01-01T00:00:00Z');
const farAhead = new Date('2049-12-31T00:00:00Z');

/** Makes a root that issues certificates in tests. */
export function makeRoot(name: string): Certificate {
  return issue({ name, issuer: null, isAuthority: true, until: farAhead });
}

/** Makes a certificate that no root stands behind. */
export function makeSelfSigned(name: string): Certificate {
  return issue({ name, issuer: null, isAuthority: false, until: farAhead });
}

/** Issues a certificate for a host name. */
export function makeLeaf(name: string, issuer: Certificate, until = farAhead): Certificate {
  return issue({ name, issuer, isAuthority: false, until });
}

/** Issues one authority below another, `length` times, and a certificate below the last. */
export function makeChain(name: string, root: Certificate, length: number): Certificate {
  const between: Certificate[] = [];
  for (let depth = 0; depth < length; depth += 1) {
    const issuer = between[0] ?? root;
    between.unshift(issue({ name: `depth ${depth}`, issuer, isAuthority: true, until: farAhead }));
  }
  const leaf = makeLeaf(name, between[0] ?? root);
  return { ...leaf, pem: [leaf, ...between].map(({ pem }) => pem).join('') };
}

// The first byte is never zero: DER allows no padding.
let serial = 0x10000000;

function issue({ name, issuer, isAuthority, until }: Wanted): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  serial += 1;
  const algorithm = der(0x30, hex(ecdsaWithSha256));
  const tbs = der(
    0x30,
    der(0xa0, hex('020102')),
    der(0x02, hex(serial.toString(16))),
    algorithm,
    nameOf(issuer?.name ?? name),
    der(0x30, timeOf(from), timeOf(until)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions(name, isAuthority))),
  );
  const signature = sign('sha256', tbs, issuer?.key ?? privateKey);
  const whole = der(0x30, tbs, algorithm, der(0x03, hex('00'), signature));
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { name, pem: pemOf(whole), keyPem: String(keyPem), key: privateKey };
}

function extensions(name: string, isAuthority: boolean): Buffer[] {
  const names = der(0x04, der(0x30, der(0x82, Buffer.from(name))));
  const constraints = der(0x04, der(0x30, ...(isAuthority ? [hex('0101ff')] : [])));
  return [
    der(0x30, hex('0603551d11'), names),
    der(0x30, hex('0603551d13'), hex('0101ff'), constraints),
  ];
}

function nameOf(name: string): Buffer {
  return der(0x30, der(0x31, der(0x30, hex(commonName), der(0x0c, Buffer.from(name)))));
}

function timeOf(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

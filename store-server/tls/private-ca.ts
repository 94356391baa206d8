/**
 * The store's own certificate authority: a key that only this store has, and certificates made with it. The one file
 * that knows the library for X.509; it is loaded when a store speaks TLS, and not before.
 *
 * What a stolen key could do is bounded by name constraints: this authority is believed for private addresses, for names
 * that only a local network knows (`.local`, `.internal`, `.lan`, `.home.arpa`), and for the names it was made for. No
 * handheld that trusts it believes it about any other site.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { asDate } from '@kairos/protocol/time.ts';

/** So long handhelds need not be told anew. */
const authorityLifeMs = 10 * 365 * 24 * 60 * 60_000;
/** Clocks of handhelds are off by this much at most. */
const clockSpareMs = 24 * 60 * 60_000;

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const nameConstraintsId = '2.5.29.30';

const privateNetworks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
];
const localSuffixes = ['local', 'internal', 'lan', 'home.arpa', 'localhost'];

/** PEM, both. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

export interface NewAuthority {
  /** "Riverside" */
  readonly title: string;
  /** Host names and addresses that the store is told it has. */
  readonly names: readonly string[];
  readonly nowMs: number;
}

export async function makeAuthority({ title, names, nowMs }: NewAuthority): Promise<CertifiedKey> {
  const { x509, AsnConvert, asn1 } = await library();
  const keys = await newKeys();
  const permitted = [
    ...localSuffixes.map((dNSName) => ({ dNSName })),
    ...names.filter((name) => isIP(name) === 0).map((dNSName) => ({ dNSName })),
    ...[...privateNetworks, ...names.filter((name) => isIP(name) !== 0).map(alone)].map((iPAddress) => ({ iPAddress })),
  ];
  const constraints = new asn1.NameConstraints({
    permittedSubtrees: new asn1.GeneralSubtrees(
      permitted.map((base) => new asn1.GeneralSubtree({ base: new asn1.GeneralName(base) })),
    ),
  });
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['Kairos'] }, { CN: [`Kairos store ${title}`] }],
    notBefore: asDate(nowMs - clockSpareMs),
    notAfter: asDate(nowMs + authorityLifeMs),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.Extension(nameConstraintsId, true, AsnConvert.serialize(constraints)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

export interface NewCertificate {
  readonly names: readonly string[];
  readonly nowMs: number;
  readonly lifeMs: number;
}

/** A certificate for the store's own server, with a new key. */
export async function certify(
  authority: CertifiedKey,
  { names, nowMs, lifeMs }: NewCertificate,
): Promise<CertifiedKey> {
  const { x509 } = await library();
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    // No name or address: OpenSSL holds a common name that looks like one to the constraints on names.
    subject: [{ CN: ['Kairos store server'] }],
    issuer: issuer.subjectName,
    notBefore: asDate(nowMs - clockSpareMs),
    notAfter: asDate(nowMs + lifeMs),
    signingAlgorithm: signing,
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

export interface CertificateFacts {
  readonly endsAtMs: number;
  /** SHA-256 of the whole certificate, as browsers and phones show it: "AB:CD:…". */
  readonly fingerprint: string;
  /** Of the public key, Base64: what Chromium takes on its command line. */
  readonly keyFingerprint: string;
  readonly der: Buffer;
}

/** Null where the text is no certificate. */
export function factsOf(certificate: string): CertificateFacts | null {
  try {
    const read = new X509Certificate(certificate);
    return {
      endsAtMs: read.validToDate.getTime(),
      fingerprint: read.fingerprint256,
      keyFingerprint: createHash('sha256').update(spki(read.publicKey)).digest('base64'),
      der: read.raw,
    };
  } catch {
    return null;
  }
}

/** Whether it is for all of these, and made by this authority. */
export function isFor(certificate: string, authority: string, names: readonly string[]): boolean {
  const read = new X509Certificate(certificate);
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? read.checkHost(name, { subject: 'never' }) : read.checkIP(name)) !== undefined;
  return read.verify(new X509Certificate(authority).publicKey) && names.every(covers);
}

/** Whether key and certificate are of one pair. */
export function belongTogether({ certificate, key }: CertifiedKey): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Of these names, those for which nobody believes this authority. */
export async function outside(authority: string, names: readonly string[]): Promise<string[]> {
  const { x509, asn1, AsnConvert } = await library();
  const extension = new x509.X509Certificate(authority).getExtension(nameConstraintsId);
  if (extension === null) return [];
  const permitted = [...(AsnConvert.parse(extension.value, asn1.NameConstraints).permittedSubtrees ?? [])];
  const suffixes = permitted.flatMap(({ base: { dNSName } }) => dNSName ?? []);
  const networks = new BlockList();
  for (const { base } of permitted) {
    const [address, prefix] = base.iPAddress?.split('/') ?? [];
    if (address !== undefined) networks.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return names.filter((name) => {
    const family = isIP(name);
    if (family !== 0) return !networks.check(name, family === 4 ? 'ipv4' : 'ipv6');
    return !suffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  });
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function alone(address: string): string {
  return `${address}/${isIP(address) === 4 ? 32 : 128}`;
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
}

async function pemOf(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

function signingKeyOf(pem: string): Promise<CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return crypto.subtle.importKey('pkcs8', der, curve, false, ['sign']);
}

async function library() {
  // Its container asks for this polyfill at its first line.
  await import('reflect-metadata');
  const [x509, asn1, { AsnConvert }] = await Promise.all([
    import('@peculiar/x509'),
    import('@peculiar/asn1-x509'),
    import('@peculiar/asn1-schema'),
  ]);
  return { x509, asn1, AsnConvert };
}

/**
 * Personal links: a token that says who she is, what the link is for and until when it opens. Nothing personal can be
 * read in it, and none can be made or changed without the key.
 *
 * A synthetic nonce, as in RFC 5297: the seal is HMAC-SHA-256 of what is said, and its first half is where the cipher
 * (AES-256-CTR) begins. So the same link for the same person is the same token, and no nonce can be used twice for two.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

export interface PersonalLink {
  /** 32 hex digits. */
  readonly chainId: string;
  /** What it opens, such as "preferences" or "web:COMMAND"; a link for one thing opens no other. At most 120 bytes. */
  readonly purpose: string;
  /** Milliseconds since 1970: from then on it is expired. */
  readonly until: number;
}

export type OpenedLink =
  | { readonly kind: 'good'; readonly chainId: string; readonly purpose: string }
  /** It was good, and its time is over: say so, and offer a new one. */
  | { readonly kind: 'expired' }
  /** Cut off, changed, or made by somebody else. */
  | { readonly kind: 'broken' };

const purposeBytesMax = 120;
const sealBytes = 32;
const nonceBytes = 16;
const idBytes = 16;
const untilBytes = 6;
/** Base64url of the seal, the id, the time and the longest purpose. */
const tokenCharsMax = Math.ceil(((sealBytes + idBytes + untilBytes + purposeBytesMax) * 4) / 3);

/** The key of all personal links, from the chain's own: every process of headquarters makes the same. */
export function linkKeyOf(chainKey: string): string {
  return createHmac('sha256', chainKey).update('kairos: personal links').digest('hex');
}

/** Letters, digits, "-" and "_": stands in an address as it is. Throws where the id or the purpose is none. */
export function signLink({ chainId, purpose, until }: PersonalLink, key: string): string {
  const what = Buffer.from(purpose);
  if (!/^[0-9a-f]{32}$/.test(chainId)) throw new RangeError('a personal link is for a chain-wide id of 32 hex digits');
  if (what.length === 0 || what.length > purposeBytesMax)
    throw new RangeError(`the purpose of a personal link has 1 to ${purposeBytesMax} bytes`);
  const plain = Buffer.alloc(idBytes + untilBytes + what.length);
  plain.write(chainId, 0, 'hex');
  plain.writeUIntBE(until, idBytes, untilBytes);
  what.copy(plain, idBytes + untilBytes);
  const seal = sealOf(plain, key);
  const cipher = createCipheriv('aes-256-ctr', cipherKey(key), seal.subarray(0, nonceBytes));
  return Buffer.concat([seal, cipher.update(plain), cipher.final()]).toString('base64url');
}

/** `nowMs`: by the clock of whoever is asked. Never throws. */
export function openLink(token: string, key: string, nowMs: number): OpenedLink {
  if (token.length > tokenCharsMax || !/^[A-Za-z0-9_-]+$/.test(token)) return { kind: 'broken' };
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length <= sealBytes + idBytes + untilBytes || bytes.toString('base64url') !== token)
    return { kind: 'broken' };
  const seal = bytes.subarray(0, sealBytes);
  const cipher = createDecipheriv('aes-256-ctr', cipherKey(key), seal.subarray(0, nonceBytes));
  const plain = Buffer.concat([cipher.update(bytes.subarray(sealBytes)), cipher.final()]);
  if (!timingSafeEqual(seal, sealOf(plain, key))) return { kind: 'broken' };
  if (nowMs >= plain.readUIntBE(idBytes, untilBytes)) return { kind: 'expired' };
  return {
    kind: 'good',
    chainId: plain.toString('hex', 0, idBytes),
    purpose: plain.toString('utf8', idBytes + untilBytes),
  };
}

function sealOf(plain: Buffer, key: string): Buffer {
  return createHmac('sha256', `seal ${key}`).update(plain).digest();
}

function cipherKey(key: string): Buffer {
  return createHmac('sha256', `cipher ${key}`).update('kairos: personal links').digest();
}

/** Whether a release is headquarters' own, whole, still to be taken, and newer than what the store has. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type ReleaseAnswer, type ReleaseManifest, releaseManifest } from '@kairos/protocol/sync-messages.ts';

/** What comes before the 32 bytes of an Ed25519 key in its SPKI form (RFC 8410). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const keyBytes = 32;

export type JudgedRelease =
  | { readonly kind: 'good'; readonly manifest: ReleaseManifest }
  | {
      readonly kind: 'bad';
      readonly reason: 'not-signed-by-hq' | 'unreadable' | 'expired' | 'older';
      readonly message: string;
    };

/** 43 characters of Base64url: what stands in a store's configuration. */
export function publicKeyText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).subarray(spkiHead.length).toString('base64url');
}

/** Null where the text is no key. */
export function publicKeyOf(text: string): KeyObject | null {
  const raw = Buffer.from(text, 'base64url');
  if (raw.length !== keyBytes) return null;
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), type: 'spki', format: 'der' });
}

export function judgeRelease(
  { manifest, signature }: ReleaseAnswer,
  {
    key,
    inForce,
    now,
    isAgain = false,
  }: {
    readonly key: KeyObject;
    readonly inForce: number;
    readonly now: number;
    /** The one in force may come again: the store understands more of it than when it was taken. */
    readonly isAgain?: boolean;
  },
): JudgedRelease {
  if (!verify(null, Buffer.from(manifest), key, Buffer.from(signature, 'base64')))
    return bad('not-signed-by-hq', 'the release is not signed by headquarters, or was changed on the way');
  const parsed = releaseManifest.safeParse(readJson(manifest));
  if (!parsed.success)
    return bad(
      'unreadable',
      'headquarters have signed a release that this build does not understand: update the store',
    );
  const { number, expiresAt } = parsed.data;
  if (number < inForce || (number === inForce && !isAgain))
    return bad('older', `release ${number} is not newer than ${inForce}, which is in force`);
  if (expiresAt < now)
    return bad('expired', `release ${number} was to be taken earlier; publish it anew (or see to the store’s clock)`);
  return { kind: 'good', manifest: parsed.data };
}

function bad(reason: Extract<JudgedRelease, { kind: 'bad' }>['reason'], message: string): JudgedRelease {
  return { kind: 'bad', reason, message };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

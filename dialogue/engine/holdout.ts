/**
 * Who is held out, and which arm a run takes: shares of people by HMAC with the chain's key, so that every store comes
 * to the same with no lookup, over every version of a dialogue (DESIGN section 4). Guests are never held out.
 */
import { createKeyedHash } from './text-hash.ts';

const basisPoints = 10_000;

export interface Lots {
  /** `share` in basis points of customers; null for a guest. */
  isHeld(dialogue: string, chainId: string | null, share: number): boolean;
  isHeldFromAll(chainId: string | null, share: number): boolean;
  arm(dialogue: string, owner: string, arms: readonly { readonly name: string; readonly weight: number }[]): string;
}

export function createLots(chainKey: string): Lots {
  const hash = createKeyedHash(chainKey);

  /** A number in [0, 1) that only the chain can foresee. */
  function lot(parts: readonly string[]): number {
    const digest = hash(parts);
    let lot = 0;
    for (let at = 0; at < 4; at += 1) lot = 256 * lot + (digest[at] as number);
    return lot / 2 ** 32;
  }

  return {
    isHeld: (dialogue, chainId, share) =>
      share > 0 && chainId !== null && lot(['holdout', dialogue, chainId]) * basisPoints < share,
    isHeldFromAll: (chainId, share) => share > 0 && chainId !== null && lot(['global', chainId]) * basisPoints < share,
    arm(dialogue, owner, arms) {
      const total = arms.reduce((sum, { weight }) => sum + weight, 0);
      let left = lot(['arm', dialogue, owner]) * total;
      for (const { name, weight } of arms) {
        left -= weight;
        if (left < 0) return name;
      }
      return arms.at(-1)?.name ?? '';
    },
  };
}

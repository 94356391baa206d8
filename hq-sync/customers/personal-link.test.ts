import { describe, expect, it } from 'vitest';
import { linkKeyOf, openLink, signLink } from './personal-link.ts';

const key = linkKeyOf('the key of this chain');
const chainId = '0123456789abcdef0123456789abcdef';
const link = { chainId, purpose: 'preferences', until: 2_000 };

describe('a personal link', () => {
  it('says who, and what for, until its time is over', () => {
    const token = signLink(link, key);
    expect(openLink(token, key, 1_999)).toEqual({ kind: 'good', chainId, purpose: 'preferences' });
    expect(openLink(token, key, 2_000)).toEqual({ kind: 'expired' });
  });

  it('carries ids of commands, and the longest purpose', () => {
    for (const purpose of ['web:c-0a1b2c3d4e5f', 'p'.repeat(120)])
      expect(openLink(signLink({ ...link, purpose }, key), key, 0)).toEqual({ kind: 'good', chainId, purpose });
    expect(() => signLink({ ...link, purpose: 'p'.repeat(121) }, key)).toThrow(RangeError);
    expect(() => signLink({ ...link, purpose: '' }, key)).toThrow(RangeError);
    expect(() => signLink({ ...link, chainId: 'her number' }, key)).toThrow(RangeError);
  });

  it('cannot be read without the key, nor made with another', () => {
    const token = signLink(link, key);
    const bytes = Buffer.from(token, 'base64url');
    for (const known of [Buffer.from(chainId, 'hex'), Buffer.from('preferences'), Buffer.from(chainId)])
      expect(bytes.includes(known)).toBe(false);
    expect(openLink(token, linkKeyOf('the key of another chain'), 0)).toEqual({ kind: 'broken' });
  });

  it('is broken when any bit of it is another, and when it is cut or drawn out', () => {
    const bytes = Buffer.from(signLink(link, key), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(openLink(changed.toString('base64url'), key, 0)).toEqual({ kind: 'broken' });
    }
    const token = bytes.toString('base64url');
    for (let length = 0; length < token.length; length += 1)
      expect(openLink(token.slice(0, length), key, 0)).toEqual({ kind: 'broken' });
    for (const odd of [`${token}A`, `${token}=`, ` ${token}`, 'a'.repeat(100_000), 'š', '..'])
      expect(openLink(odd, key, 0)).toEqual({ kind: 'broken' });
  });
});

import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Claims, codeLifeMs } from './claims.ts';

const secret = 'a-secret-that-the-device-has-made';
let ports = simulatedPorts({ startMs: 0, seed: 1 });
let claims = new Claims(ports.clock);
beforeEach(() => {
  ports = simulatedPorts({ startMs: 0, seed: 1 });
  claims = new Claims(ports.clock);
});
const spend = (code: string, device = 'cart-1', own = secret) => claims.spend({ device, code, secret: own });
const wrong = { kind: 'refused', why: 'wrong-code' };

describe('a code', () => {
  it('is good once, however it is typed, and once more for the same device if the answer was lost', () => {
    const { code } = claims.open('cart-1');
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(spend(` ${code.toLowerCase().replace('-', ' ')}`)).toEqual({ kind: 'claimed' });
    expect(spend(code)).toEqual({ kind: 'claimed' });
    expect(spend(code, 'cart-1', 'the-secret-of-somebody-who-saw-it')).toEqual(wrong);
    expect(spend(code, 'cart-2')).toEqual(wrong);
  });

  it('is void after its time, after a newer one, and once its device is revoked', () => {
    const first = claims.open('cart-1').code;
    const second = claims.open('cart-1').code;
    expect(spend(first)).toEqual(wrong);
    ports.advance(codeLifeMs);
    expect(spend(second)).toEqual({ kind: 'refused', why: 'expired-code' });
    const third = claims.open('cart-1').code;
    claims.withdraw('cart-1');
    expect(spend(third)).toEqual(wrong);
  });

  it('is never the same', () => {
    const codes = Array.from({ length: 500 }, (_, n) => claims.open(`cart-${n}`).code);
    expect(new Set(codes).size).toBe(500);
  });
});

describe('guessing', () => {
  it('voids a code with the fifth wrong one; with the fourth it does not', () => {
    for (const [tries, isLeft] of [
      [4, true],
      [5, false],
    ] as const) {
      const { code } = claims.open(`cart-${tries}`);
      for (let n = 0; n < tries; n += 1) expect(spend('AAAA-AAAA', `cart-${tries}`)).toEqual(wrong);
      expect(spend(code, `cart-${tries}`).kind === 'claimed').toBe(isLeft);
    }
  });

  it('looks at no more than thirty wrong codes in ten minutes, whatever device they are for', () => {
    let looked = 0;
    const { code } = claims.open('cart-1');
    for (let second = 0; second < 3_600; second += 1) {
      const { kind, ...more } = spend('AAAA-AAAA', `cart-${2 + (second % 50)}`);
      if (kind === 'refused' && 'why' in more && more.why === 'wrong-code') looked += 1;
      ports.advance(1_000);
    }
    expect(looked).toBe(6 * 30);
    expect(spend(code)).toMatchObject({ kind: 'refused' });
    ports.advance(600_000);
    expect(spend(claims.open('cart-1').code)).toEqual({ kind: 'claimed' });
  });
});

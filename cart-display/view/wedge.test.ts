import { describe, expect, it } from 'vitest';
import { type Burst, feedKey, keyGapMaxMs, noBurst } from './wedge.ts';

function type(keys: readonly string[], gapMs: number): string | null {
  let burst: Burst = noBurst;
  let code: string | null = null;
  keys.forEach((key, index) => {
    const keyed = feedKey(burst, key, 1_000 + index * gapMs);
    burst = keyed.burst;
    code = keyed.code ?? code;
  });
  return code;
}

describe('a keyboard scanner', () => {
  it('is recognised by its pace and its Enter', () => {
    expect(type([...'2912345678906', 'Enter'], 8)).toBe('2912345678906');
  });

  it('may send Shift between the keys of a code', () => {
    expect(type([']', 'Shift', 'E', '0', ...'2912345678906', 'Enter'], 8)).toBe(']E02912345678906');
  });

  it('is not what fingers are, however many keys they press', () => {
    expect(type([...'2912345678906', 'Enter'], keyGapMaxMs + 30)).toBeNull();
  });

  it('starts anew after a pause, so that a stray key does not spoil the next code', () => {
    const stray = feedKey(noBurst, '7', 0).burst;
    let burst = stray;
    let code: string | null = null;
    [...'4006381333931', 'Enter'].forEach((key, index) => {
      const keyed = feedKey(burst, key, 5_000 + index * 5);
      burst = keyed.burst;
      code = keyed.code;
    });
    expect(code).toBe('4006381333931');
  });
});

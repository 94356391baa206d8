import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, type Oklch, parseOklch } from './oklch.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The colours of one block of the style sheet, for one scheme. */
function colours(selector: string, scheme: 'light' | 'dark'): Map<string, Oklch> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('\n}', start));
  const found = new Map<string, Oklch>();
  for (const [, name, light, dark] of block.matchAll(
    /--([a-z-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)/g,
  )) {
    const colour = parseOklch((scheme === 'light' ? light : dark) as string);
    if (colour) found.set(name as string, colour);
  }
  return found;
}

const text = [
  ['ink', ['paper', 'paper-raised', 'paper-sunk', 'paper-pressed', 'voice-tint', 'heed-tint']],
  ['ink-quiet', ['paper', 'paper-raised', 'paper-sunk']],
  ['paper', ['ink']],
  ['voice', ['paper', 'paper-raised']],
  ['voice-ink', ['voice-tint', 'paper-raised']],
  ['on-voice', ['voice']],
  ['heed', ['paper', 'paper-raised', 'heed-tint']],
  ['alarm', ['paper', 'paper-raised', 'alarm-tint']],
] as const;
const outlines = [
  ['line-strong', ['paper', 'paper-raised']],
  ['voice-line', ['voice-tint', 'paper-raised']],
] as const;

function below(limit: number, palette: Map<string, Oklch>, pairs: typeof text | typeof outlines): string[] {
  return pairs.flatMap(([front, backs]) =>
    backs.flatMap((back) => {
      const ratio = contrast(palette.get(front) as Oklch, palette.get(back) as Oklch);
      return ratio < limit ? [`${front} on ${back}: ${ratio.toFixed(2)}`] : [];
    }),
  );
}

describe.each(['light', 'dark'] as const)('the %s tokens', (scheme) => {
  it.each([':root', ':root[data-contrast="more"]'])('keep 7:1 for text and 3:1 for outlines in %s', (selector) => {
    const palette = colours(selector, scheme);
    expect(palette.size).toBeGreaterThan(14);
    expect(below(7, palette, text)).toEqual([]);
    expect(below(3, palette, outlines)).toEqual([]);
  });

  it('would not pass with quiet ink two steps fainter (negative control)', () => {
    const palette = colours(':root', scheme);
    palette.set('ink-quiet', { lightness: scheme === 'light' ? 0.52 : 0.66, chroma: 0.018, hue: 65 });
    expect(below(7, palette, text)).not.toEqual([]);
  });
});

describe('contrast', () => {
  it('is 21 for black on white and 1 for a colour on itself', () => {
    const black = { lightness: 0, chroma: 0, hue: 0 };
    const white = { lightness: 1, chroma: 0, hue: 0 };
    expect(contrast(black, white)).toBeCloseTo(21, 1);
    expect(contrast(white, white)).toBe(1);
  });
});

import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { masked } from './masked.ts';

describe('what is shown of a message that could not be read', () => {
  it.each([
    ['$GPRP,C0FFEE123456,E78F135624CE,-4x,0201061AFF4C00', '$GPRP,…,…,-4x,…'],
    ['{"mac":"aa:bb:cc:dd:ee:ff","name":"Ada’s phone","rssi":-60}', '{"mac":"…","name":"…·s …","rssi":-60}'],
    ['{"mac":"aabbccddeeff","rssi":"-60"', '{"mac":"…","rssi":"-60"'],
    ['bare 12 34 56 78 9a bc', '…'],
    ['major 12345 minor 7', 'major … minor 7'],
    ['\u0000\u0007', '·'],
  ])('%s becomes %s', (text, shown) => {
    expect(masked(text)).toBe(shown);
  });

  it('never holds an address or a name, however it is written and wherever it is broken', () => {
    const chance = seededRandom(7);
    const separators = ['', ':', '-', ' ', ', ', '.', '_'];
    for (let round = 0; round < 20_000; round += 1) {
      const pairs = Array.from({ length: 6 }, () =>
        Math.floor(chance() * 256)
          .toString(16)
          .padStart(2, '0'),
      );
      const separator = separators[Math.floor(chance() * separators.length)] ?? '';
      const address = chance() < 0.5 ? pairs.join(separator) : pairs.join(separator).toUpperCase();
      const text = `{"mac":"${address}","name":"Adelheid","rssi":-60,"data":"0201${address}"}`;
      const from = Math.floor(chance() * 12);
      const shown = masked(text.slice(from, text.length - Math.floor(chance() * 12))).toLowerCase();
      // Three bytes in a row already narrow a telephone down.
      const bare = shown.replace(/[^0-9a-f]/g, '');
      for (let at = 0; at + 6 <= 12; at += 2) expect(bare).not.toContain(pairs.join('').slice(at, at + 6));
      expect(shown).not.toContain('adelheid');
    }
  });

  it('is short', () => {
    expect(masked('rssi '.repeat(10_000)).length).toBeLessThanOrEqual(300);
  });
});

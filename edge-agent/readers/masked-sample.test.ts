import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskBytes, maskRadio, maskScan, sampleLengthMax } from './masked-sample.ts';

const ours = '0000a0b0c0d0';
const radio = (line: string): string => maskRadio(line, (address) => address === ours);

describe('of a radio line', () => {
  it('an address that is not the store’s own is hidden, and any part of one', () => {
    expect(radio('OK+SCAN:C0FFEE123456,-86,3,3,020106')).toBe('OK+SCAN:••••••••••••,-86,3,3,••••••');
    expect(radio('OK+SCAN:C0FFEE12')).toBe('OK+SCAN:••••••••');
    expect(radio('c0:ff:ee:12:34:56 -40')).toBe('•(17) -40');
    expect(radio('C0F\u0099FEE\u0000123456')).toBe('•(14)');
  });

  it('the store’s own address stays, and what is no address', () => {
    expect(radio('OK+SCAN:0000A0B0C0D0,42,3,3,020106')).toBe('OK+SCAN:0000A0B0C0D0,42,3,3,••••••');
    expect(radio(`${'x'.repeat(500)}`)).toHaveLength(sampleLengthMax);
    expect(radio("Ada's telephone")).toBe("A••'s t••••••••");
  });

  it('wherever it stands and whatever stands around it, no address survives', () => {
    const address = fc.stringMatching(/^[0-9a-f]{12}$/);
    const around = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(address, around, around, (stranger, before, after) => {
        fc.pre(stranger !== ours);
        const kept = radio(before + stranger + after).toLowerCase();
        return !kept.includes(stranger.slice(0, 6)) && !kept.includes(stranger.slice(6));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('of a scan', () => {
  it('the last two digits stay, wherever the others stand, and the AIM identifier', () => {
    expect(maskScan(']E04006381333932')).toBe(']E0•••••••••••32');
    expect(maskScan('29123\u009945678906')).toBe('•••••\\x99••••••06');
    expect(maskScan('https://id.gs1.org/8018/952114112345678906')).toBe('https://id.gs•.o••/••••/••••••••••••••••06');
    expect(maskScan('mailto:ada@shop.example 12')).toBe('m•••••:a••@s•••.e•••••• 12');
  });

  it('no number of six digits and more survives', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6,18}$/), fc.string({ maxLength: 20 }), (number, before) => {
        return !maskScan(before + number).includes(number.slice(0, 4));
      }),
      { numRuns: 20_000 },
    );
  });
});

it('of a binary frame the head stays', () => {
  expect(maskBytes(Uint8Array.of(0x80, 0x29, 6, 0, 1, 2, 3), 4)).toBe('80 29 06 00 •(3)');
  expect(maskBytes(Uint8Array.of(1, 2), 0)).toBe('•(2)');
});

import { describe, expect, it } from 'vitest';
import { readDigitalLink } from './digital-link.ts';

const values = (text: string): [string, string][] | string => {
  const read = readDigitalLink(text);
  return read.kind === 'elements' ? [...read.values] : read.reason;
};

/** The vectors are GS1's own, as formats.md section 6 lists them. */
describe('a GS1 Digital Link', () => {
  it.each<[string, [string, string][]]>([
    [
      'https://a/8018/123456789012345675/8019/123',
      [
        ['8018', '123456789012345675'],
        ['8019', '123'],
      ],
    ],
    ['https://a/more/stem/00/006141411234567890', [['00', '006141411234567890']]],
    ['https://a/00/faux/00/006141411234567890', [['00', '006141411234567890']]],
    ['https://id.gs1.org/8018/952114112345678906', [['8018', '952114112345678906']]],
    [
      'HTTPS://example.com/01/12312312312333?99=TEST',
      [
        ['01', '12312312312333'],
        ['99', 'TEST'],
      ],
    ],
    [
      'http://a/01/12312312312333/10/A%2dB+C?99=X%2DY+Z&other=1#fragment?98=no',
      [
        ['01', '12312312312333'],
        ['10', 'A-B+C'],
        ['99', 'X-Y Z'],
      ],
    ],
  ])('%s is read', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each([
    'HtTps://example.com/01/12312312312333',
    'ftp://a/01/12312312312333',
    'https://a/01/12312312312333/',
    'https://a/01/',
    'https://a/01/12312312312333/10/',
    'https://a/01/12312312312333?99=',
    'https://a/01/12312312312333?99',
    'https://a/01/12312312312333?99=ABC&999=faux',
    'https://a/01/12312312312333?99=A&99=B',
    'https://a/01/12312312312333/10/A?10=B',
    'https://a/01/12312312312333/10/A/22/B',
    'https://a/01/2312312312333',
    'https://a/01/2345678',
    'https://a/gsrn/123456789012345675',
    'https://a/8017/123456789012345675?8018=952114112345678906',
    'https://a/',
    'https://a',
    'https:///01/12312312312333',
    'https://a/01/1231231231233%',
    'https://a/01/12312312312333 x',
  ])('%s is none', (text) => {
    expect(values(text)).toBe('shape');
  });

  it('with a wrong check digit says so', () => {
    expect(values('https://a/8018/123456789012345676')).toBe('check-digit');
  });
});

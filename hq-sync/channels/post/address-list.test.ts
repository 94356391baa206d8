import { expect, it } from 'vitest';
import { addressList } from './address-list.ts';

it('quotes every cell, and no cell is a formula', () => {
  const lines = ['=HYPERLINK("http://evil")', '+1', ' @SUM(A1)', 'Anna "Nan" O’Hara, MD', '-2', 'last\r\nline', 'more'];
  const [head, row] = addressList([{ letter: 'abc', file: 'abc.pdf', lines }]).split('\r\n');
  expect(head).toBe('"letter","file","line1","line2","line3","line4","line5","line6"');
  expect(row).toBe(
    `"abc","abc.pdf","'=HYPERLINK(""http://evil"")","'+1","' @SUM(A1)","Anna ""Nan"" O’Hara, MD","'-2","last line, more"`,
  );
});

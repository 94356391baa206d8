import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cleanDocuments } from './erased-numbers.ts';

const hers = '2900000000018';
const another = '2900000000025';
const chainKey = 'the key of this chain';
const erased = {
  chainKey,
  loyalty: { prefixes: ['29'], gsrn: true },
  isErased: (id: string) => id === chainIdOf(chainKey, hers),
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-documents-'));
  for (const place of ['done', 'refused']) mkdirSync(join(folder, place));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a document that is done with goes, one that waits for a person loses her digits, all others stay', async () => {
  const put = (name: string, number: string): void =>
    writeFileSync(join(folder, name), `<LoyaltyID>${number}</LoyaltyID><Total>250</Total>`);
  put('done/1.xml', hers);
  put('done/2.xml', another);
  put('refused/3.xml', hers);
  put('refused/4.xml', another);
  // Part of a longer number is another number.
  put('done/5.xml', `${hers}1234567`);
  expect(await cleanDocuments(folder, erased)).toBe(2);
  expect(existsSync(join(folder, 'done/1.xml'))).toBe(false);
  expect(readFileSync(join(folder, 'refused/3.xml'), 'utf8')).toBe(
    '<LoyaltyID>0000000000000</LoyaltyID><Total>250</Total>',
  );
  for (const name of ['done/2.xml', 'refused/4.xml', 'done/5.xml']) expect(existsSync(join(folder, name))).toBe(true);
  expect(await cleanDocuments(folder, erased)).toBe(0);
  expect(await cleanDocuments(join(folder, 'nowhere'), erased)).toBe(0);
});

/**
 * Documents of tills that were read and lie in `done/` or `refused/`: they hold numbers of cards. One that holds the
 * number of somebody who was erased goes where it is done with, and has the digits blotted out where a person has yet to
 * see to it.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';

export interface ErasedNumbers {
  readonly chainKey: string;
  readonly loyalty: LoyaltyScheme;
  isErased(chainId: string): boolean;
}

const digitRuns = /(?<!\d)\d{8,19}(?!\d)/g;

/** Returns how many documents were changed or went. */
export async function cleanDocuments(folder: string, erased: ErasedNumbers): Promise<number> {
  let cleaned = 0;
  for (const place of ['done', 'refused'])
    for (const name of await readdir(join(folder, place)).catch(() => [])) {
      const file = join(folder, place, name);
      const text = await readFile(file, 'utf8').catch(() => '');
      const blotted = text.replace(digitRuns, (digits) =>
        isHers(digits, erased) ? '0'.repeat(digits.length) : digits,
      );
      if (blotted === text) continue;
      cleaned += 1;
      if (place === 'done') await rm(file, { force: true });
      else await writeFile(file, blotted);
    }
  return cleaned;
}

function isHers(digits: string, { chainKey, loyalty, isErased }: ErasedNumbers): boolean {
  const number = parseLoyaltyNumber(digits, loyalty, 'card');
  return number.kind !== 'refused' && isErased(chainIdOf(chainKey, number.digits));
}

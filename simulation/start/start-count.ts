/** How often the store was started on this state: later starts bring other shoppers, and go on from what is stored. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** 1 for the first start. Counts up by one each time it is asked. */
export function nextStart(state: string): number {
  const file = join(state, 'starts');
  const count = readCount(file) + 1;
  writeFileSync(file, `${count}\n`);
  return count;
}

function readCount(file: string): number {
  try {
    const count = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

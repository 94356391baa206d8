/** Facts of the queue as one publish: JSON of `deviceBatch`, cut at its limits (DESIGN section 3). */
import { batchBytesMax, batchFactsMax } from '@kairos/protocol/device-facts.ts';
import type { QueuedRow } from './queue-tables.ts';
import { isWhole } from './row-sum.ts';

export interface OutgoingBatch {
  readonly epoch: string;
  /** The last sequence in it. */
  readonly upTo: number;
  readonly facts: number;
  /** JSON of `deviceBatch`, ages as of now. */
  readonly payload: string;
}

export interface ComposedBatch {
  readonly batch: OutgoingBatch;
  readonly lastId: number;
}

const spoiled = '"type":"spoiled","body":null';

/** `rows` are of one epoch and not empty, in order; what does not fit waits for the next batch. */
export function composeBatch(
  rows: readonly QueuedRow[],
  { epoch, oldest, ageOf }: { epoch: string; oldest: number; ageOf: (row: QueuedRow) => number },
): ComposedBatch {
  const head = `{"epoch":"${epoch}","oldest":${oldest},"facts":[`;
  const facts: string[] = [];
  let bytes = head.length + 2;
  let last = rows[0] as QueuedRow;
  for (const row of rows.slice(0, batchFactsMax)) {
    const ageMs = Math.round(ageOf(row));
    // The body is JSON already, as it lies in the file. One that the disk has spoiled still has its number, at which
    // the store would wait: it goes as a fact of no type, and is refused for good.
    const said = isWhole(row) ? `"type":"${row.type}","body":${row.body}` : spoiled;
    const fact = `{"sequence":${row.sequence},"ageMs":${ageMs},${said}}`;
    bytes += Buffer.byteLength(fact) + 1;
    if (bytes > batchBytesMax && facts.length > 0) break;
    facts.push(fact);
    last = row;
  }
  const batch = {
    epoch,
    upTo: last.sequence as number,
    facts: facts.length,
    payload: `${head}${facts.join(',')}]}`,
  };
  return { batch, lastId: last.id };
}

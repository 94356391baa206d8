/**
 * The victim of the kill test: puts facts into a journal as fast as it can, in changes of one to five that have to
 * stay together, and prints the last number of what it was told is committed. Ends only by being killed.
 */
import { writeSync } from 'node:fs';
import type { Fact } from '@kairos/protocol/facts.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openJournal } from '../journal/open-journal.ts';

const [file, seed, mode] = process.argv.slice(2) as [string, string, 'honest' | 'lying'];
const isLying = mode === 'lying';
const journal = await openJournal({
  file,
  groupMs: 10,
  ports: systemPorts,
  unsafeAckBeforeCommit: isLying,
  slowCommitMs: isLying ? 20 : 0,
});
const chance = seededRandom(Number(seed));
const epoch = `run-${seed}`;
let sequence = 0;
let change = 0;

function put(): number {
  change += 1;
  const size = 1 + Math.floor(chance() * 5);
  const facts = Array.from({ length: size }, (): Fact => {
    sequence += 1;
    return {
      type: 'zone.entered',
      seq: journal.number(),
      at: systemPorts.clock.now(),
      subject: change,
      source: { device: 'cart-07', epoch, sequence },
      cause: null,
      late: false,
      // Of how many this change consists: the reader counts them.
      body: { cart: 'cart-07', zone: 'suits', confidence: size },
    };
  });
  journal.put({ facts, sources: [{ device: 'cart-07', epoch, upTo: sequence }] });
  return sequence;
}

writeSync(1, 'ready\n');
for (;;) {
  let last = 0;
  for (let count = 0; count < 1 + chance() * 20; count += 1) last = put();
  await journal.committed();
  writeSync(1, `${last}\n`);
  // As often as not at once, as often as not later: what is put gathers behind a group in flight, as in a store.
  await new Promise<void>((resolve) => systemPorts.timers.after(chance() < 0.5 ? 0 : 2, resolve));
}

/**
 * Fills a durable queue until it is killed: each fact's name goes to standard output once the queue says that it is
 * stored. With `early` it is said before that: the control by which the test shows that it would notice a loss.
 */
import { writeSync } from 'node:fs';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openDurableQueue } from '../queue/durable-queue.ts';

const [file = '', run = '', mode = ''] = process.argv.slice(2);
const opened = openDurableQueue({ file, ports: systemPorts });
if (opened.kind !== 'open') throw new Error(opened.message);
const { queue } = opened;

/** In the pipe when this returns: where its reader is slow, `process.stdout` would keep it, and a kill would take it along. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

let number = 0;
function next(): void {
  for (let burst = 0; burst < 20; burst += 1) {
    number += 1;
    const code = `${run}-${number}`;
    const stored = queue.enqueue('basket.added', { cart: 'cart-01', code, quantity: 1000 });
    if (mode === 'early') say(code);
    else void stored.then(({ kind }) => kind === 'stored' && say(code));
  }
  // Now and then a store acknowledges what it has been sent.
  if (number % 400 === 0) {
    const batch = queue.nextBatch();
    if (batch) {
      const codes = (JSON.parse(batch.payload) as { facts: { body: { code: string } }[] }).facts.map(
        ({ body }) => body.code,
      );
      // Said before it is done: from here on they may be gone.
      say(`acknowledged ${codes.join(' ')}`);
      queue.acknowledge(batch);
    }
  }
  systemPorts.timers.after(1, next);
}
next();

/**
 * An agent out of reach of its store: the real queue and the real uplink, knocking at a door that is shut, on a clock
 * that runs as fast as the facts can be stored. Own process; says on standard output when all of them are, and waits
 * to be killed like a cart whose battery is empty.
 */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { silentLog } from '@kairos/edge-agent/log.ts';
import { openDurableQueue } from '@kairos/edge-agent/queue/durable-queue.ts';
import { startUplink } from '@kairos/edge-agent/uplink/mqtt-uplink.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { factAt } from './facts.ts';

/** A cart that rolls past shelves says so many things together. */
const burst = 25;
/** After so many bursts the sockets have their turn. */
const burstsATurn = 20;

const [file = '', url = '', device = '', countText = '', hoursText = ''] = process.argv.slice(2);
const count = Number(countText);
const ports = simulatedPorts({ startMs: Date.UTC(2026, 10, 20), seed: 72 });
const opened = openDurableQueue({ file, ports });
if (opened.kind !== 'open') throw new Error(opened.message);
const { queue } = opened;
const uplink = startUplink({
  url,
  device,
  token: () => null,
  ports,
  queue,
  log: silentLog,
  status: () => ({ state: 'online', epoch: queue.epoch, queue: queue.stats() }),
  onConfig: () => undefined,
});

const burstMs = (Number(hoursText) * 3_600_000) / Math.ceil(count / burst);
let refused = 0;
for (let n = 0; n < count; n += burst) {
  for (let one = n; one < Math.min(count, n + burst); one += 1) {
    const { type, body } = factAt(one, device);
    void queue.enqueue(type, body).then(({ kind }) => {
      if (kind !== 'stored') refused += 1;
    });
  }
  ports.advance(burstMs);
  if ((n / burst) % burstsATurn === 0) await setImmediate();
}
await setImmediate();
const { depth, oldestAgeMs } = queue.stats();
process.stdout.write(`${JSON.stringify({ depth, refused, oldestHours: oldestAgeMs / 3_600_000 })}\n`);
await once(process, 'SIGTERM');
await uplink.stop();
queue.close();

/**
 * The floor: a bare broker that acknowledges each batch as soon as it has parsed it, and keeps nothing. What the agent
 * drains into this is what agent, wire and broker can do; the store's share is the rest. Own process; prints one line
 * of JSON when it listens, and one when all has come.
 */
import { createServer } from 'node:net';
import type { DeviceBatch } from '@kairos/protocol/device-facts.ts';
import { deviceTopic, everyDevice, parseDeviceTopic } from '@kairos/protocol/topics.ts';
import { Aedes } from 'aedes';

const count = Number(process.argv[2]);
const port = Number(process.argv[3]);
const broker = await Aedes.createBroker({ drainTimeout: 3_000 });
const upTo = new Map<string, number>();
let taken = 0;
let beganAt = 0;

broker.subscribe(
  everyDevice('facts'),
  (packet, done) => {
    beganAt ||= performance.now();
    const device = parseDeviceTopic(packet.topic)?.device ?? '';
    const { epoch, oldest, facts } = JSON.parse(packet.payload.toString()) as DeviceBatch;
    const before = Math.max(upTo.get(epoch) ?? 0, oldest - 1);
    const last = facts.at(-1)?.sequence ?? 0;
    taken += Math.max(0, last - before);
    upTo.set(epoch, Math.max(before, last));
    const payload = JSON.stringify({ epoch, upTo: upTo.get(epoch), rejected: [], storeTime: Date.now() });
    const topic = deviceTopic(device, 'acks');
    broker.publish({ cmd: 'publish', qos: 1, dup: false, retain: false, topic, payload: Buffer.from(payload) }, () =>
      done(),
    );
    if (taken === count)
      process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - beganAt) / 1_000 })}\n`);
  },
  () => undefined,
);
createServer({ noDelay: true }, broker.handle).listen(port, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ isListening: true })}\n`),
);

/**
 * The floor: the same transport, pushes and acknowledgements as the store server, with no evaluation and no storage.
 * What the store costs beyond this is what Kairos adds. Own process; prints one line of JSON when it listens.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { ackDelayMaxMs, type DeviceBatch } from '@kairos/protocol/device-facts.ts';
import { screenNamespace } from '@kairos/protocol/screen-events.ts';
import { deviceTopic, everyDevice, parseDeviceTopic } from '@kairos/protocol/topics.ts';
import { Aedes } from 'aedes';
import { Server, type Socket } from 'socket.io';

const message = {
  id: 'm0123456789abcdef012',
  headline: 'Fresh from the oven: shall we keep one for you?',
  body: '',
  answers: [
    { id: 'yes', label: 'Yes, please' },
    { id: 'no', label: 'Not today' },
  ],
  validForMs: 300_000,
};

const broker = await Aedes.createBroker({ drainTimeout: 3000 });
const mqtt = createServer({ noDelay: true }, broker.handle);
const http = createHttpServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
const sockets = new Map<string, Socket>();
const versions = new Map<string, number>();
const upTo = new Map<string, { epoch: string; upTo: number }>();

io.of(screenNamespace).on('connection', (socket) => {
  const { screen } = socket.handshake.auth as { screen: string };
  sockets.set(screen, socket);
  socket.emit('snapshot', { version: 0, storeTime: Date.now(), view: { cart: screen } });
});

function flushAcks(): void {
  for (const [device, { epoch, upTo: sequence }] of upTo) {
    const payload = JSON.stringify({ epoch, upTo: sequence, rejected: [], storeTime: Date.now() });
    broker.publish(
      {
        cmd: 'publish',
        qos: 1,
        dup: false,
        retain: false,
        topic: deviceTopic(device, 'acks'),
        payload: Buffer.from(payload),
      },
      () => undefined,
    );
  }
  upTo.clear();
}

broker.subscribe(
  everyDevice('facts'),
  (packet, done) => {
    const parsed = parseDeviceTopic(packet.topic);
    const batch = JSON.parse(packet.payload.toString()) as DeviceBatch;
    for (const fact of batch.facts) {
      const body = fact.body as { cart: string; zone?: string };
      const version = (versions.get(body.cart) ?? 0) + 1;
      versions.set(body.cart, version);
      const changes =
        body.zone === undefined
          ? {
              phase: 'shopping',
              shopper: { strength: 'strong', name: null },
              notice: null,
              locale: 'en',
              zone: null,
              basket: { lines: [], total: 0 },
              message: null,
            }
          : { zone: body.zone, phase: 'shopping', ...(body.zone === 'z00' ? { message } : {}) };
      sockets.get(body.cart)?.emit('update', { version, storeTime: Date.now(), changes });
    }
    if (parsed) {
      if (upTo.size === 0) setTimeout(flushAcks, ackDelayMaxMs);
      upTo.set(parsed.device, { epoch: batch.epoch, upTo: batch.facts.at(-1)?.sequence ?? 0 });
    }
    done();
  },
  () => undefined,
);

const listening = (server: {
  listen: (port: number, host: string, done: () => void) => unknown;
  address: () => unknown;
}): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));
process.stdout.write(`${JSON.stringify({ mqttPort: await listening(mqtt), httpPort: await listening(http) })}\n`);

/**
 * The store's side of the line, as small as it can be: a real broker, a ledger of the facts it was sent, and
 * acknowledgements for what is in the ledger. For tests of the agent alone.
 */
import { createServer, type Server } from 'node:net';
import { type Ack, type DeviceBatch, deviceBatch } from '@kairos/protocol/device-facts.ts';
import { type DeviceStatus, type DeviceTopic, deviceStatus, deviceTopic } from '@kairos/protocol/topics.ts';
import { Aedes } from 'aedes';

export interface SmallStore {
  readonly url: string;
  /** Each fact once, in the order of its arrival. */
  readonly facts: { readonly id: string; readonly type: string; readonly body: unknown }[];
  /** Facts that came again. */
  readonly repeated: number;
  /** Facts that came before one that they follow. */
  readonly early: number;
  /** Connections with a wrong password. */
  readonly refused: number;
  readonly statuses: DeviceStatus[];
  publish(topic: DeviceTopic, payload: unknown, retain?: boolean): Promise<void>;
  /** Resolves when `isSo`; looked at with each message. */
  until(isSo: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface StoreManners {
  readonly device: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly password?: string;
  /** Which acknowledgements are sent at all; all of them where it is left out. */
  readonly answers?: (batch: DeviceBatch) => boolean;
  readonly reject?: (sequence: number) => boolean;
  /** The ledger of an earlier life, to go on with. */
  readonly ledger?: SmallStore['facts'];
}

export async function openSmallStore(manners: StoreManners): Promise<SmallStore> {
  const { device, password, answers = () => true, reject = () => false } = manners;
  const facts = manners.ledger ?? [];
  const known = new Set(facts.map(({ id }) => id));
  const upTo = new Map<string, number>();
  for (const { id } of facts) note(upTo, id);
  const statuses: DeviceStatus[] = [];
  const counts = { repeated: 0, early: 0, refused: 0 };
  let waiting: { isSo: () => boolean; resolve: () => void }[] = [];

  const look = (): void => {
    const met = waiting.filter(({ isSo }) => isSo());
    waiting = waiting.filter((one) => !met.includes(one));
    for (const { resolve } of met) resolve();
  };

  const broker = await Aedes.createBroker();
  broker.authenticate = (_client, _username, given, done) => {
    const isRight = password === undefined || given?.toString() === password;
    if (!isRight) counts.refused += 1;
    look();
    done(isRight ? null : Object.assign(new Error('wrong password'), { returnCode: 5 }), isRight);
  };
  const send = (topic: DeviceTopic, payload: unknown, retain = false): Promise<void> =>
    new Promise((resolve, fail) => {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const packet = {
        cmd: 'publish',
        topic: deviceTopic(device, topic),
        payload: Buffer.from(text),
        qos: 1,
        dup: false,
        retain,
      } as const;
      broker.publish(packet, (error) => (error ? fail(error) : resolve()));
    });

  const take = (batch: DeviceBatch): void => {
    const reached = Math.max(upTo.get(batch.epoch) ?? 0, batch.oldest - 1);
    upTo.set(batch.epoch, reached);
    const rejected: Ack['rejected'] = [];
    for (const { sequence, type, body } of batch.facts) {
      const id = `${batch.epoch}/${sequence}`;
      if (known.has(id)) counts.repeated += 1;
      else if (sequence !== (upTo.get(batch.epoch) ?? 0) + 1) counts.early += 1;
      else {
        known.add(id);
        upTo.set(batch.epoch, sequence);
        if (reject(sequence)) rejected.push({ sequence, reason: 'unknown-goods' });
        else facts.push({ id, type, body });
      }
    }
    if (!answers(batch)) return;
    void send('acks', { epoch: batch.epoch, upTo: upTo.get(batch.epoch) ?? 0, rejected, storeTime: 0 } satisfies Ack);
  };

  await new Promise<void>((resolve) => {
    broker.subscribe(
      `kairos/devices/${device}/+`,
      (packet, done) => {
        const leaf = packet.topic.split('/').at(-1);
        if (leaf === 'facts') take(deviceBatch.parse(JSON.parse(packet.payload.toString())) as DeviceBatch);
        if (leaf === 'status') statuses.push(deviceStatus.parse(JSON.parse(packet.payload.toString())));
        look();
        done();
      },
      resolve,
    );
  });
  const server: Server = createServer({ noDelay: true }, broker.handle);
  await new Promise<void>((resolve) => server.listen(manners.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `mqtt://127.0.0.1:${port}`,
    facts,
    get repeated() {
      return counts.repeated;
    },
    get early() {
      return counts.early;
    },
    get refused() {
      return counts.refused;
    },
    statuses,
    publish: send,
    until: (isSo) => (isSo() ? Promise.resolve() : new Promise((resolve) => waiting.push({ isSo, resolve }))),
    async close() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function note(upTo: Map<string, number>, id: string): void {
  const [epoch = '', sequence = '0'] = id.split('/');
  upTo.set(epoch, Math.max(upTo.get(epoch) ?? 0, Number(sequence)));
}

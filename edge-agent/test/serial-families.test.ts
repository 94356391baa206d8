/**
 * Families of serial devices on pseudo-terminals, before real agents with real MQTT: whichever family says it, the same
 * facts come out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { digestOf, numberKeyOf } from '@kairos/protocol/number-digest.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import { describe, expect, it, type TestContext } from 'vitest';
import type { ReaderKind } from '../readers/families.ts';
import { crc16 } from '../readers/uhfreader18.ts';
import { type AgentBench, device, openAgentBench } from './agent-bench.ts';

const square = (x: number): [number, number][] => [
  [x, 0],
  [x + 10, 0],
  [x + 10, 10],
  [x, 10],
];
const plan = floorPlan.parse({
  name: 'Hall',
  width: 20,
  height: 10,
  zones: [
    { id: 'west', name: 'West', polygon: square(0) },
    { id: 'east', name: 'East', polygon: square(10) },
  ],
  anchors: [0, 5, 10, 15, 20].flatMap((x, column) =>
    [0, 10].map((y, row) => ({ address: `0000a0b0${column}${row}00`, at: [x, y, 2.5] as [number, number, number] })),
  ),
});
const settings: DeviceConfig = {
  store: 'small',
  storeTime: 1,
  cart: device,
  loyalty: { prefixes: ['29'], gsrn: true, cards: true },
  floorPlan: plan,
};

/** Gone when the test has finished. */
async function open(
  { onTestFinished }: TestContext,
  options: Parameters<typeof openAgentBench>[0],
): Promise<AgentBench> {
  const bench = await openAgentBench(options);
  onTestFinished(() => bench.close());
  return bench;
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => systemPorts.timers.after(ms, resolve));
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A beacon that was heard, as each family says it. */
const sayings = {
  absniffer: (address, rssi) => `OK+SCAN:${address.toUpperCase()},${rssi},3,3,020106\r\n`,
  hm10: (address, rssi) =>
    `OK+DISC:00000000:${'0'.repeat(32)}:${'0'.repeat(10)}:${address.toUpperCase()}:-0${Math.abs(rssi)}`,
  bled112: (address, rssi) =>
    Buffer.concat([hex('80 0e 06 00'), Uint8Array.of(rssi + 256, 0), hex(address).reverse(), hex('00 ff 03 02 01 06')]),
  'moko-console': (address, rssi) =>
    `I (81) ble {\n{"msg_id":3070,"device_info":{"mac":"e831cda7b2c4"},"data":[{"mac":"${address}","rssi":${rssi}}]}`,
} satisfies Partial<Record<ReaderKind, (address: string, rssi: number) => string | Buffer>>;
type RadioKind = keyof typeof sayings;

describe.concurrent('a walk from west to east', () => {
  it('is the same facts through every radio family', async (context) => {
    const kinds = Object.keys(sayings) as RadioKind[];
    const carts = await Promise.all(
      kinds.map(async (kind) => ({
        kind,
        bench: await open(context, { settings, readers: { shelves: `kind: ${kind}` } }),
      })),
    );
    let isDone = false;
    const walk = (async () => {
      for (let half = 0; !isDone; half += 1) {
        const x = half < 16 ? 4 : 16;
        for (const { kind, bench } of carts) {
          const heard = plan.anchors.map(({ address, at }) => {
            const rssi = Math.round(-59 - 20 * Math.log10(Math.hypot(x - at[0], 5 - at[1], 1.3)));
            return Buffer.from(sayings[kind](address, rssi) as string, 'latin1');
          });
          // Somebody's telephone is heard by all of them.
          const stranger = Buffer.from(sayings[kind]('c0ffee123456', -40) as string, 'latin1');
          await bench.cables.shelves?.write(Buffer.concat([...heard, stranger]));
        }
        await pause(500);
      }
    })();
    await Promise.all(carts.map(({ bench }) => bench.store.until(() => bench.store.facts.length >= 3)));
    isDone = true;
    await walk;
    for (const { kind, bench } of carts) {
      const said = bench.store.facts.map(({ type, body }) => [type, (body as { zone: string }).zone]);
      expect(said, kind).toEqual([
        ['zone.entered', 'west'],
        ['zone.left', 'west'],
        ['zone.entered', 'east'],
      ]);
      const everything = JSON.stringify([bench.store.facts, bench.store.statuses, bench.logged()]).toLowerCase();
      expect(everything, kind).not.toContain('c0ffee');
    }
  });
});

const gsrn = '061414112345678902';
const gtin = '80614141123458';
/** The same customer and the same goods, as a tag of either family. */
const customerTag = '2D14257BF4499602D2000000';
const goodsTag = '3074257BF7194E4000001A85';

function uhfFrame(epc: string): Buffer {
  const bytes = hex(`11 00 EE 00 ${epc}`);
  const sum = crc16(bytes);
  return Buffer.concat([bytes, Uint8Array.of(sum & 0xff, sum >> 8)]);
}
function ctFrame(epc: string): Buffer {
  const bytes = hex(`43 54 00 1C 00 45 01 C4DD938E170123 01 0F 01 02 ${epc} 33`);
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  return Buffer.concat([bytes, Uint8Array.of((256 - (sum % 256)) % 256)]);
}

describe.concurrent('a customer and goods', () => {
  it('are the same facts through scanners and readers of cards and tags, and only a digest of her number leaves the cart', async (context) => {
    const key = numberKeyOf('the-key-of-this-chain');
    const bench = await open(context, {
      settings: { ...settings, loyalty: { ...settings.loyalty, hashed: true }, numberKey: key },
      readers: { scanner: 'kind: barcode', cards: 'kind: rdm6300', gate: 'kind: uhfreader18', shelf: 'kind: ct-uhf' },
    });
    const { store, cables } = bench;
    const say = async (cable: string, bytes: string | Uint8Array): Promise<void> => {
      const before = store.facts.length;
      await cables[cable]?.write(bytes);
      await store.until(() => store.facts.length > before);
    };
    await say('scanner', `]C18018${gsrn}\u001d8019123\r`);
    await say('scanner', `]Q1https://id.gs1.org/8018/${gsrn}\r`);
    await say('gate', uhfFrame(customerTag));
    await say('shelf', ctFrame(customerTag));
    await say('cards', '\u000213005D1DA5F6\u0003\u000213005D1DA5F6\u0003');
    await say('scanner', `]d201${gtin}\r`);
    await say('gate', uhfFrame(goodsTag));
    await say('shelf', ctFrame(goodsTag));

    const presented = (means: string, number: string) => [
      'identity.presented',
      { cart: device, means, digest: digestOf(key, number) },
    ];
    const added = ['basket.added', { cart: device, code: gtin, quantity: 1_000 }];
    expect(store.facts.map(({ type, body }) => [type, body])).toEqual([
      presented('scanned', gsrn),
      presented('scanned', gsrn),
      presented('card', gsrn),
      presented('card', gsrn),
      presented('card', '0006102437'),
      added,
      added,
      added,
    ]);
    const kept = readdirSync(join(bench.folder, 'state'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(bench.folder, 'state', name), 'latin1'));
    const everything = [...kept, bench.logged(), JSON.stringify(store.statuses)].join('\n');
    for (const number of [gsrn, '0006102437', customerTag]) expect(everything).not.toContain(number);
  });
});

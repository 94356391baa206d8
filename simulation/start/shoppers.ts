/**
 * The process of `npm start` in which the shoppers live: twelve of them at a brisk pace, in a world of their own, played
 * to the store from outside. Says `connected` to its parent once everything it simulates has reached the store.
 */
import process from 'node:process';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { gatewayTopic } from '@kairos/protocol/topics.ts';
import { Command } from 'commander';
import { demoCarts, demoStore, freeCart, offeredMember, shopperCarts, wiredCart } from '../demo-store.ts';
import { ScreenLine } from '../devices/screen-line.ts';
import { wireCart } from '../devices/wired-cart.ts';
import { Player } from '../player.ts';
import { readShop } from '../store-files.ts';
import { briskPace } from '../world/pace.ts';
import { Stroll } from '../world/stroll.ts';
import { traceLine } from '../world/trace.ts';
import { World } from '../world/world.ts';

/** Past the shelves of which the demo's dialogues speak. */
const strollsPast = ['suits', 'wine', 'shoes', 'household', 'produce'];
const lookEveryMs = 100;

const { http, mqtt, seed, speed, cables } = new Command('shoppers')
  .requiredOption('--http <url>', 'the store’s pages')
  .requiredOption('--mqtt <url>', 'its broker')
  .requiredOption('--seed <n>', 'what everything follows from', Number)
  .requiredOption('--speed <x>', 'world seconds in one second', Number)
  .option('--cables <folder>', 'where the edge agent of one cart finds its devices')
  .parse()
  .opts<{ http: string; mqtt: string; seed: number; speed: number; cables?: string }>();

const whole = readShop(demoStore);
const offered = offeredMember(whole);
// The number that is offered to a person is nobody's else.
const shop = { ...whole, members: whole.members.filter((member) => member !== offered) };
const goods = new Map(shop.goods.map((item) => [item.code, item]));
const carts = demoCarts(shopperCarts);
const world = new World({ shop, carts, seed, pace: briskPace });
const cable = cables === undefined ? null : wireCart(cables, systemPorts);
const stroll = new Stroll({ shop, cart: freeCart.id, dock: shopperCarts, departments: strollsPast, seed });

const player = new Player({
  world,
  shop,
  carts,
  seed,
  speed,
  store: { http, mqtt, gateway: { name: 'ceiling', topic: gatewayTopic('ceiling', 'ingics') } },
  ports: systemPorts,
  wired: new Map(cable === null ? [] : [[wiredCart, cable]]),
  companions: [{ tag: freeCart.tag, hear: (nowMs) => stroll.hear(nowMs) }],
  onAct: (act) => console.log(traceLine(act, goods)),
  onRefused: (device, type, reason) => console.log(`${device}: the store refused ${type}: ${reason}`),
});

/** While a person shops with the free cart, it is taken through the shop. */
function accompany({ phase }: CartView): void {
  if (phase === 'shopping') stroll.start(world.nowMs);
  if (phase === 'idle' || phase === 'goodbye') stroll.end();
}
const watch = new ScreenLine({
  url: http,
  cart: freeCart.id,
  epoch: systemPorts.random.id(),
  watching: true,
  onView: accompany,
});

function sayWhenConnected(): void {
  if (player.areAllConnected && watch.isConnected) process.send?.({ kind: 'connected' });
  else systemPorts.timers.after(lookEveryMs, sayWhenConnected);
}

async function end(): Promise<void> {
  watch.close();
  await Promise.all([player.stop(), cable?.close()]);
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
sayWhenConnected();
await player.play();

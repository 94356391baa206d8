/**
 * `npm run simulate -- --seed N [--days D] [--speed X]`: what shoppers do on a simulated day, one line for each act on
 * standard output; same seed, same lines. As fast as the machine can, or X times as fast as life. Given a running store
 * (`--http`, `--mqtt`), it is played to that store as well, at the speed of life unless told otherwise.
 */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { gatewayTopic } from '@kairos/protocol/topics.ts';
import { Command, InvalidArgumentError } from 'commander';
import { demoCarts, demoStore } from './demo-store.ts';
import { Player } from './player.ts';
import { readShop } from './store-files.ts';
import { dayPace, opensAtMs } from './world/pace.ts';
import { traceLine } from './world/trace.ts';
import { stepMs, World } from './world/world.ts';

const dayMs = 86_400_000;

interface Options {
  readonly seed: number;
  readonly days: number;
  readonly speed?: number;
  readonly carts: number;
  readonly http?: string;
  readonly mqtt?: string;
}

const options = new Command('simulate')
  .description('A simulated store day. The same seed gives the same trace.')
  .requiredOption('--seed <n>', 'what everything follows from', whole)
  .option('--days <n>', 'how many days', whole, 1)
  .option('--speed <x>', 'world seconds in one second', positive)
  .option('--carts <n>', 'how many carts the store has', whole, 12)
  .option('--http <url>', 'a running store’s pages, such as http://127.0.0.1:8080')
  .option('--mqtt <url>', 'its broker, such as mqtt://127.0.0.1:1883')
  .parse()
  .opts<Options>();

const shop = readShop(demoStore);
const carts = demoCarts(options.carts);
const goods = new Map(shop.goods.map((item) => [item.code, item]));
const world = new World({ shop, carts, seed: options.seed, pace: dayPace, startMs: opensAtMs });
const untilMs = options.days * dayMs;

if (options.http !== undefined && options.mqtt !== undefined) await playTo(options.http, options.mqtt);
else if (options.speed !== undefined) await printPaced(options.speed);
else while (world.nowMs < untilMs) printStep();

function printStep(): void {
  for (const act of world.step()) console.log(traceLine(act, goods));
}

function printPaced(speed: number): Promise<void> {
  const { clock, timers } = systemPorts;
  const [fromMs, since] = [world.nowMs, clock.monotonic()];
  return new Promise((resolve) => {
    const turn = (): void => {
      const dueMs = fromMs + (clock.monotonic() - since) * speed;
      while (world.nowMs < Math.min(dueMs, untilMs)) printStep();
      if (world.nowMs >= untilMs) resolve();
      else timers.after(stepMs / speed, turn);
    };
    turn();
  });
}

async function playTo(http: string, mqtt: string): Promise<void> {
  const player = new Player({
    world,
    shop,
    carts,
    seed: options.seed,
    speed: options.speed ?? 1,
    store: { http, mqtt, gateway: { name: 'ceiling', topic: gatewayTopic('ceiling', 'ingics') } },
    ports: systemPorts,
    onAct: (act) => console.log(traceLine(act, goods)),
    onRefused: (device, type, reason) => console.error(`${device}: the store refused ${type}: ${reason}`),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void player.stop());
  await player.play(untilMs);
  await player.stop();
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number, please');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0, please');
  return value;
}

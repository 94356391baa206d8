/**
 * `npm run simulate -- --seed N [--days D] [--speed X] [DIR]`: a draft on simulated shoppers, beside the published set; same
 * seed, same report. Without DIR: what shoppers do on a simulated day, one line for each act on standard output; given a
 * running store (`--http`, `--mqtt`), that is played to it, at the speed of life unless told otherwise.
 */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { gatewayTopic } from '@kairos/protocol/topics.ts';
import { Command, InvalidArgumentError } from 'commander';
import { demoCarts, demoStore, demoStoreConfig, shopperCarts } from './demo-store.ts';
import { Player } from './player.ts';
import { readShop } from './store-files.ts';
import { dayPace, opensAtMs } from './world/pace.ts';
import { traceLine } from './world/trace.ts';
import { pastDaysUsual } from './world/trial.ts';
import { type TryOptions, tryDraft } from './world/try-draft.ts';
import { stepMs, World } from './world/world.ts';

const dayMs = 86_400_000;

interface Options extends TryOptions {
  readonly http?: string;
  readonly mqtt?: string;
}

const command = new Command('simulate')
  .description('A draft on simulated shoppers, beside the published set; without DIR, a simulated day as lines.')
  .argument('[dir]', 'the folder with the draft’s dialogues')
  .requiredOption('--seed <n>', 'what everything follows from', whole)
  .option('--days <n>', 'how many days', whole, 1)
  .option('--speed <x>', 'world seconds in one second; as fast as it can go without', positive)
  .option('--carts <n>', 'how many carts the store has', whole, shopperCarts)
  .option('--beside [dir2]', 'dialogues to compare with; those of the store’s configuration unless named')
  .option('--alone', 'nothing beside the draft')
  .option('--store <file>', 'the store’s configuration: floor plan, goods, customers', demoStoreConfig)
  .option('--population <file or n>', 'a customers’ file instead of the store’s, or how many are to be made up')
  .option('--associates <n>', 'how many are on duty', whole, 3)
  .option('--past <days>', 'how far back it is made up what customers did before', whole, pastDaysUsual)
  .option('--from <date>', 'the first simulated day', '2026-11-23')
  .option('--news <file>', 'YAML: what the retailer’s own systems send, and when')
  .option('--keep <folder>', 'leave the simulated store’s data there, for export, why and rehearse')
  .option('--json', 'one object, and nothing else on standard output')
  .option('--http <url>', 'without DIR: a running store’s pages, such as http://127.0.0.1:8080')
  .option('--mqtt <url>', 'without DIR: its broker, such as mqtt://127.0.0.1:1883')
  .parse();
const options = command.opts<Options>();
const [draft] = command.args;

const shop = readShop(demoStore);
const carts = demoCarts(options.carts);
const goods = new Map(shop.goods.map((item) => [item.code, item]));
const world = new World({ shop, carts, seed: options.seed, pace: dayPace, startMs: opensAtMs });
const untilMs = options.days * dayMs;

if (draft !== undefined) await tryIt(draft);
else if (options.http !== undefined && options.mqtt !== undefined) await playTo(options.http, options.mqtt);
else if (options.speed !== undefined) await printPaced(options.speed);
else while (world.nowMs < untilMs) printStep();

async function tryIt(folder: string): Promise<void> {
  process.exitCode = await tryDraft(folder, options, {
    print: (text) => console.log(text),
    complain: (text) => console.error(text),
    ports: systemPorts,
  });
}

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

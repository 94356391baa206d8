/**
 * `npm start`: one store with twelve simulated shoppers and its headquarters, each part a process of its own, and a list
 * of pages to open once everything answers. State stays in `.kairos/`; Ctrl-C ends everything, the shoppers first, the store last.
 */
import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { Command } from 'commander';
import {
  demoStore,
  freeCart,
  offeredMember,
  offeredMemberPin,
  openTill,
  shopperCarts,
  staffPins,
  workingBadges,
  zoneScreen,
} from '../demo-store.ts';
import { hasSocat } from '../devices/cable.ts';
import { readShop } from '../store-files.ts';
import { root, type StartedProcess, startProcess } from './child-process.ts';
import { type HeadquartersLine, hearHeadquarters, lineSettings } from './headquarters.ts';
import { pagesText } from './pages-text.ts';
import { ProcessGroup } from './process-group.ts';
import { findRunning, waitUntilHealthy } from './running-store.ts';
import { setStaffPins } from './staff-pins.ts';
import { nextStart } from './start-count.ts';
import { startWiredCart } from './wired-cart-agent.ts';

/** From the start of a process until it must answer. A first start imports goods and customers. */
const answerMaxMs = 60_000;

const options = new Command('start')
  .description('A store on this machine, with simulated shoppers. Ctrl-C ends it.')
  .option('--state <folder>', 'where everything is kept from one start to the next', join(root, '.kairos'))
  .option('--http <port>', 'where the pages are wished; 0: anywhere', Number, 8080)
  .option('--mqtt <port>', 'where the broker is wished; 0: anywhere', Number, 1883)
  .option('--hq <port>', 'where headquarters are wished; 0: anywhere', Number, 8480)
  .option('--speed <x>', 'how fast shoppers live', Number, 1)
  .parse()
  .opts<{ state: string; http: number; mqtt: number; hq: number; speed: number }>();

const state = resolve(options.state);
const data = join(state, 'store');
const logs = join(state, 'logs');
const ports = systemPorts;
let isEnding = false;

const group = new ProcessGroup((ended) => void fail(`The ${ended.name} has ended by itself.`, ended));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
await start();

async function start(): Promise<void> {
  for (const folder of [data, logs]) mkdirSync(folder, { recursive: true });
  const running = await findRunning(data);
  if (running !== null) {
    const at = `http://127.0.0.1:${running.httpPort}/manager/`;
    console.error(
      `Kairos is running on ${shortened(state)} already: ${at}. End that one first, or name another --state.`,
    );
    process.exit(1);
  }
  const count = nextStart(state);
  const headquarters = startHeadquarters();
  const line = (await headquarters.line) ?? (await fail('Headquarters do not open.', headquarters.process));
  const { http, mqtt } = await startStore(line);
  const cables = hasSocat() ? startWiredCart({ group, state, logs, mqttPort: mqtt, timers: ports.timers }) : null;
  await startShoppers({ http, mqtt, cables, seed: count });
  if (isEnding) return;
  const url = `http://127.0.0.1:${http}`;
  const staff = await setStaffPins(url, staffPins);
  await startAssociates(
    url,
    staff.filter(({ badge }) => workingBadges.includes(badge)),
  );
  const handheldOf = staff.find(({ badge, role }) => role === 'associate' && !workingBadges.includes(badge));
  if (handheldOf === undefined) throw new Error('the demo store has no associate left to be; see staff.yaml');
  const people = (await headquarters.people) ?? (await fail('Headquarters do not answer.', headquarters.process));
  const member = offeredMember(readShop(demoStore));
  const stateFolder = shortened(state);
  console.log(
    pagesText({
      url,
      shoppers: shopperCarts,
      watchedCart: 'cart-01',
      freeCart: freeCart.id,
      zoneScreen,
      till: openTill,
      member,
      memberPin: offeredMemberPin,
      staff,
      handheldOf,
      headquarters: { url: line.url, people },
      start: count,
      stateFolder,
    }),
  );
}

/** It gets ready beside the store, which needs no more of it than its line. */
function startHeadquarters() {
  console.log('Headquarters are opening …');
  const started = group.add(
    startProcess({
      name: 'headquarters',
      file: 'simulation/world/demo-headquarters.ts',
      args: [join(state, 'headquarters'), String(options.hq)],
      logFile: join(logs, 'headquarters.log'),
      timers: ports.timers,
    }),
  );
  return { process: started, ...hearHeadquarters(started) };
}

/** The store itself steps aside to a free port where the wished one is taken. */
async function startStore(line: HeadquartersLine): Promise<{ http: number; mqtt: number }> {
  console.log('Starting the store …');
  const store = group.add(
    startProcess({
      name: 'store',
      file: 'store-server/main.ts',
      args: ['--config', join(demoStore.folder, 'store.yaml')],
      environment: {
        KAIROS_DATA: data,
        KAIROS_LISTEN_HTTP: String(options.http),
        KAIROS_LISTEN_MQTT: String(options.mqtt),
        ...lineSettings(line),
      },
      logFile: join(logs, 'store.log'),
      timers: ports.timers,
    }),
  );
  const answering = await waitUntilHealthy({ data, pid: store.pid, withinMs: answerMaxMs, ports });
  if (answering === null) return fail('The store does not answer.', store);
  const { httpPort: http, mqttPort: mqtt } = answering;
  // 0 asks for any port at all.
  if (options.http !== 0 && http !== options.http)
    console.log(`Port ${options.http} is taken; the pages are on ${http}.`);
  if (options.mqtt !== 0 && mqtt !== options.mqtt)
    console.log(`Port ${options.mqtt} is taken; the broker is on ${mqtt}.`);
  return { http, mqtt };
}

async function startShoppers(setting: {
  http: number;
  mqtt: number;
  cables: string | null;
  seed: number;
}): Promise<void> {
  console.log('The shoppers are coming in …');
  const { http, mqtt, cables, seed } = setting;
  const shoppers = group.add(
    startProcess({
      name: 'shoppers',
      file: 'simulation/start/shoppers.ts',
      args: [
        ...['--http', `http://127.0.0.1:${http}`, '--mqtt', `mqtt://127.0.0.1:${mqtt}`],
        ...['--seed', String(seed), '--speed', String(options.speed)],
        ...(cables === null ? [] : ['--cables', cables]),
      ],
      logFile: join(logs, 'shoppers.log'),
      timers: ports.timers,
    }),
  );
  await connectedOf(shoppers);
}

/** Somebody comes when a shopper calls. */
async function startAssociates(url: string, people: readonly { badge: string; pin: string }[]): Promise<void> {
  const associates = group.add(
    startProcess({
      name: 'associates',
      file: 'simulation/start/associates.ts',
      args: [],
      environment: {
        KAIROS_URL: url,
        KAIROS_ASSOCIATES: JSON.stringify(people.map(({ badge, pin }) => ({ badge, pin }))),
      },
      logFile: join(logs, 'associates.log'),
      timers: ports.timers,
    }),
  );
  await connectedOf(associates);
}

async function connectedOf(started: StartedProcess): Promise<void> {
  const connected = await new Promise<boolean>((resolveWith) => {
    const cancel = ports.timers.after(answerMaxMs, () => resolveWith(false));
    started.onMessage(() => {
      cancel();
      resolveWith(true);
    });
    void started.ended.then(cancel);
  });
  if (!connected) await fail(`The ${started.name} do not reach the store.`, started);
}

/** Says what went wrong, with the last words of the process, and ends everything. */
async function fail(message: string, culprit: StartedProcess): Promise<never> {
  if (!isEnding) console.error(`${message} Its last words:\n${culprit.logTail()}`);
  return end(1);
}

async function end(code: number): Promise<never> {
  if (!isEnding) {
    isEnding = true;
    if (code === 0) console.log('\nEnding …');
    await group.end();
    if (code === 0) console.log(`Ended. npm start goes on from what is stored in ${shortened(state)}.`);
    process.exit(code);
  }
  return new Promise<never>(() => undefined);
}

/** As a person would type it from the repository. */
function shortened(folder: string): string {
  const short = relative(root, folder);
  return short.startsWith('..') ? folder : `${short}/`;
}

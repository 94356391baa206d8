/**
 * A store in the hall of the recorded trolley runs: its floor plan and receivers are read from the recordings, its one
 * dialogue waits for a dwell in the zone where the run begins.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { gatewayTopic } from '@kairos/protocol/topics.ts';
import { stringify } from 'yaml';
import { lastingPort } from '../process/lasting-port.ts';
import { type StorePorts, StoreProcess } from '../process/store-process.ts';
import { tetamFloorPlan } from '../replay/tetam-floor-plan.ts';

const root = resolve(import.meta.dirname, '../..');
const recordings = resolve(root, process.env.KAIROS_RECORDINGS ?? '../shared/data');
/** Elsewhere than in CI the recordings may be missing; then these tests say so and are skipped. */
export const hasRecordings = existsSync(join(recordings, 'tetam-ble/trk')) || process.env.CI === 'true';

/** The shortest run: fourteen seconds in the east, then ten in the west. */
export const shortRun = join(recordings, 'tetam-ble/trk/straight_04_all_sensors.mbd');
/** Address of the tag on the recorded trolley, and one that rides on another, where the run is played a second time. */
const recordedTag = 'e78f135624ce';
export const secondTag = 'e78f135624cf';
export const ignoredAfterMs = 5_000;

export const card = ean13('291234567890');
export const unknownCard = ean13('291111111111');
export const wrongCard = card.slice(0, -1) + String((Number(card.at(-1)) + 1) % 10);

function ean13(digits: string): string {
  return `${digits}${checkDigit(digits)}`;
}

const dialogue = `dialogue: new-arrivals
title: New arrivals
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
limits: { perVisit: 1 }
enter:
  - { dwell: e2, for: 4s }
steps:
  ask:
    say:
      cart: { moment: any, leaving: keep, text: { en: "Shall we show you what has just arrived?" } }
      validFor: 1m
      answers:
        showMe: { label: { en: "Show me where" }, then: shown }
        notToday: { label: { en: "Not today" }, then: end }
      silence:
        never-shown: end
        ignored: { after: ${ignoredAfterMs / 1000}s, then: reminder }
        walked-away: reminder
        acted-elsewhere: end
  shown:
    say:
      cart: { moment: any, leaving: keep, text: { en: "They hang on the east wall." } }
      validFor: 1m
      answers: { thanks: { label: { en: "Thank you" }, then: end } }
      silence: { never-shown: end, ignored: { after: 30s, then: end }, walked-away: end, acted-elsewhere: end }
  reminder:
    say:
      cart: { moment: any, leaving: keep, text: { en: "They stay until Saturday." } }
      validFor: 1m
      answers: { thanks: { label: { en: "Thank you" }, then: end } }
      silence: { never-shown: end, ignored: { after: 30s, then: end }, walked-away: end, acted-elsewhere: end }
`;

export interface RecordedHall {
  readonly folder: string;
  readonly journal: string;
  readonly plan: FloorPlan;
  readonly store: StoreProcess;
  readonly ports: StorePorts;
  close(): Promise<void>;
}

/** The files of a store in that hall; with the carts and gateways that are asked for. */
export async function writeRecordedHall(
  folder: string,
  more: {
    readonly carts: readonly object[];
    readonly gateways: (plan: FloorPlan) => readonly object[];
    /** Further sections of its configuration. */
    readonly settings?: object;
  },
): Promise<{ readonly config: string; readonly data: string; readonly plan: FloorPlan }> {
  const plan = tetamFloorPlan(readFileSync(join(recordings, 'tetam-ble/cnf/tetam.dev'), 'utf8'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'dialogues'), { recursive: true });
  write('dialogues/new-arrivals.yaml', dialogue);
  write('dialogues/house.yaml', 'attention: { perVisit: 5, gap: 1s }\ndefaultLocale: en\n');
  write('floor-plan.yaml', stringify(plan));
  write('goods.csv', 'code,name,department,price\n2000000000008,Bread,bakery,250\n');
  write('customers.csv', `number,firstName,locale,remember,inStore\n${card},Ada,en,yes,yes\n`);
  const settings = {
    store: { id: 'hall', title: 'Recorded hall', timeZone: 'Europe/Istanbul', currency: 'EUR', locale: 'en' },
    listen: { http: await lastingPort(), mqtt: await lastingPort() },
    data: 'data',
    floorPlan: 'floor-plan.yaml',
    goods: 'goods.csv',
    customers: 'customers.csv',
    dialogues: 'dialogues',
    loyalty: { prefixes: ['29'] },
    chainKey: 'a-chain-key-for-this-test-only',
    carts: more.carts,
    gateways: more.gateways(plan),
    ...more.settings,
  };
  write('store.yaml', stringify(settings));
  return { config: join(folder, 'store.yaml'), data: join(folder, 'data'), plan };
}

/** Starts the real store server; carts 1 to 4, of which the first wears the recorded tag and the last the second one. */
export async function openRecordedHall(): Promise<RecordedHall> {
  if (!existsSync(join(root, 'cart-display/dist/index.html'))) {
    throw new Error('the cart’s page has not been built: run "npm run build" (npm test does it by itself)');
  }
  const folder = mkdtempSync(join(tmpdir(), 'kairos-hall-'));
  const { config, data, plan } = await writeRecordedHall(folder, {
    carts: [
      { id: 'cart-01', tag: recordedTag },
      { id: 'cart-02' },
      { id: 'cart-03' },
      { id: 'cart-04', tag: secondTag },
    ],
    gateways: ({ anchors }) =>
      anchors.map(({ address }) => ({ topic: gatewayTopic(address, 'ingics'), format: 'ingics' })),
  });
  const store = new StoreProcess({ config, data });
  const ports = await store.start();
  return {
    folder,
    journal: join(data, 'journal.db'),
    plan,
    store,
    ports,
    close: async () => {
      await store.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A command of ours as its own process, as `npm run` would start it. Resolves when it has ended. */
export function runCommand(file: string, ...args: string[]): { done: Promise<void>; stop: () => Promise<void> } {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  let isStopped = false;
  const done = new Promise<void>((resolveDone, reject) => {
    child.once('exit', (code) => {
      if (code === 0 || isStopped) resolveDone();
      else reject(new Error(`${file} ended with ${code}: ${said}`));
    });
  });
  done.catch(() => undefined);
  return {
    done,
    stop: async () => {
      isStopped = true;
      child.kill('SIGTERM');
      await done;
    },
  };
}

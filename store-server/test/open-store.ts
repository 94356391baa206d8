/** A whole store in this process, on free ports, with one dialogue that speaks at a dwell of a second. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { Ack, DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Snapshot, Update } from '@kairos/protocol/screen-events.ts';
import { screenNamespace } from '@kairos/protocol/screen-events.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { io, type Socket } from 'socket.io-client';
import { stringify } from 'yaml';
import { loadConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { type RunningStore, startStore } from '../store.ts';
import { crewFile } from './signed-in.ts';

function ean13(digits: string): string {
  return `${digits}${checkDigit(digits)}`;
}
export const card = ean13('290000000001');
export const unasked = ean13('290000000002');
export const stranger = ean13('290000000009');
export const breadCode = '2000000000008';

const dialogue = `dialogue: suits
title: Suits
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
limits: { perVisit: 1 }
enter:
  - { dwell: suits, for: 1s }
steps:
  ask:
    say:
      cart: { moment: any, leaving: withdraw, text: { en: "See the suits in your size?", de: "Die Anzüge in Ihrer Größe ansehen?" } }
      validFor: 2m
      answers:
        showMe: { label: { en: "Show me", de: "Zeigen" }, then: end }
        notToday: { label: { en: "Not today", de: "Heute nicht" }, then: end }
      silence: { never-shown: end, ignored: { after: 1m, then: end }, walked-away: end, acted-elsewhere: end }
`;

export interface OpenStore {
  readonly running: RunningStore;
  readonly folder: string;
  /** Ends it and starts it again on the same data; what is done while it is gone. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  get(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** What a person would have to see to, a failing test's reader sees as well. */
const onlyErrors: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: (...said: unknown[]) => console.error(...said),
  debug: () => undefined,
};

interface Others {
  /** Goes onto the floor plan. */
  readonly plan?: object;
  readonly log?: Log;
  readonly ports?: Ports;
  /** Files beside the dialogue that every store has: dialogues, and pictures of theirs (`more.pictures: 'dialogues'`). */
  readonly dialogues?: Readonly<Record<string, string | Uint8Array>>;
}

/** `more` are sections of the configuration beside those that every store has. */
export async function openStore(more: Readonly<Record<string, unknown>> = {}, others: Others = {}): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-open-store-'));
  const write = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text);
  const square = (x: number): number[][] => [
    [x, 0],
    [x + 10, 0],
    [x + 10, 10],
    [x, 10],
  ];
  mkdirSync(join(folder, 'dialogues'));
  write('dialogues/suits.yaml', dialogue);
  for (const [name, content] of Object.entries(others.dialogues ?? {})) write(`dialogues/${name}`, content);
  write(
    'dialogues/house.yaml',
    'attributes: { firstName: { type: text, sensitivity: near, default: "you" } }\ndefaultLocale: en\n',
  );
  write('goods.csv', `code,name,department,price,was\n${breadCode},Bread,bakery,250,299\n`);
  write('customers.csv', `number,firstName,locale,remember,inStore\n${card},Ada,de,yes,yes\n${unasked},Eve,en,,\n`);
  const zones = [
    { id: 'suits', name: 'Suits', kind: 'open', polygon: square(0) },
    { id: 'shoes', name: 'Shoes', kind: 'open', polygon: square(10) },
    { id: 'tills', name: 'Tills', kind: 'till', polygon: square(20) },
  ];
  write(
    'plan.yaml',
    stringify({
      name: 'test',
      width: 30,
      height: 10,
      zones,
      tills: [{ id: 'till-1', zone: 'tills', at: [25, 5] }],
      ...others.plan,
    }),
  );
  write('staff.yaml', stringify(crewFile));
  const settings = {
    store: { id: 'test', title: 'Test store', currency: 'EUR', locale: 'en' },
    listen: { http: 0, mqtt: 0 },
    floorPlan: 'plan.yaml',
    goods: 'goods.csv',
    customers: 'customers.csv',
    staff: 'staff.yaml',
    dialogues: 'dialogues',
    loyalty: { prefixes: ['29'] },
    chainKey: 'a-chain-key-for-tests-only',
    carts: [{ id: 'cart-1' }, { id: 'cart-2', token: 'secret-of-cart-2' }],
    test: { cheapPins: true },
    ...more,
  };
  write('store.yaml', stringify(settings));
  const start = (): Promise<RunningStore> => {
    const loaded = loadConfig({ file: join(folder, 'store.yaml'), environment: {} });
    if (loaded.kind === 'faulty') throw new Error(JSON.stringify(loaded.faults));
    return startStore(loaded.config, others.ports ?? systemPorts, others.log ?? onlyErrors);
  };
  let running = await start();
  return {
    get running() {
      return running;
    },
    folder,
    restart: async (meanwhile) => {
      await running.stop();
      await meanwhile?.();
      running = await start();
    },
    get: async (path) => (await fetch(`http://127.0.0.1:${running.httpPort}${path}`)).json(),
    close: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A screen as a page is one: it keeps the view and numbers its facts. */
export class TestScreen {
  readonly socket: Socket;
  readonly acks: Ack[] = [];
  view: Snapshot['view'] | null = null;
  version = -1;
  snapshots = 0;
  #sequence = 0;
  readonly #epoch: string;
  readonly #waiting: (() => void)[] = [];

  constructor(httpPort: number, auth: Record<string, unknown>, extraHeaders: Record<string, string> = {}) {
    this.#epoch = String(auth.epoch ?? 'test-epoch');
    this.socket = io(`http://127.0.0.1:${httpPort}${screenNamespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth,
      extraHeaders,
    });
    this.socket.on('snapshot', ({ version, view }: Snapshot) => {
      this.snapshots += 1;
      this.version = version;
      this.view = view;
      this.#look();
    });
    this.socket.on('update', ({ version, changes }: Update) => {
      if (version !== this.version + 1) throw new Error(`update ${version} after ${this.version}`);
      this.version = version;
      if (this.view) this.view = { ...this.view, ...changes };
      this.#look();
    });
    this.socket.on('acks', (ack: Ack) => {
      this.acks.push(ack);
      this.#look();
    });
  }

  /** Why the store would not have it; null where it was let in. */
  refusal(): Promise<string | null> {
    return new Promise((resolve) => {
      this.socket.once('snapshot', () => resolve(null));
      this.socket.once('connect_error', (error: Error & { data?: { reason?: string } }) =>
        resolve(error.data?.reason ?? error.message),
      );
    });
  }

  say(type: DeviceFact['type'], body: object, ageMs = 0): number {
    this.#sequence += 1;
    const facts = [{ sequence: this.#sequence, ageMs, type, body }];
    this.socket.emit('facts', { epoch: this.#epoch, oldest: 1, facts });
    return this.#sequence;
  }

  /** Resolves once `isSo`; looked at whenever something has come. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): boolean => {
        if (!isSo()) return false;
        resolve();
        return true;
      };
      if (look()) return;
      const waiting = (): void => {
        if (look()) this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      };
      this.#waiting.push(waiting);
    });
  }

  close(): void {
    this.socket.disconnect();
  }

  #look(): void {
    for (const waiting of [...this.#waiting]) waiting();
  }
}

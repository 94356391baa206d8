/** One store of a chain, whole: its own journal, broker and pages, and the line to headquarters. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import { toDay, toIso } from '@kairos/protocol/time.ts';
import { loadConfig } from '@kairos/store-server/config.ts';
import type { Log } from '@kairos/store-server/log.ts';
import { type RunningStore, startStore } from '@kairos/store-server/store.ts';
import { stringify } from 'yaml';

/** Of every part of the chain. */
export const chainKey = 'sixteen-characters-and-more';
export const loyalty = { prefixes: ['29'] };
const suit = '2000000000008';
/** The house of the library counts wine: a store that sells none refuses its release. */
const goods = `code,name,department,price\n${suit},Suit,suits,10000\n2000000000015,Riesling,wine,900\n`;

export interface ChainStoreOptions {
  readonly name: string;
  readonly folder: string;
  readonly timeZone: string;
  /** Its section `hq`. */
  readonly line: object;
  readonly ports: Ports;
}

/** What a person would have to see to, a failing story's reader sees as well. */
const onlyErrors: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: (...said: unknown[]) => console.error(...said),
  debug: () => undefined,
};

export class ChainStore {
  readonly running: RunningStore;
  readonly #ports: Ports;
  #receipts = 0;

  private constructor(running: RunningStore, ports: Ports) {
    this.running = running;
    this.#ports = ports;
  }

  static async open({ name, folder, timeZone, line, ports }: ChainStoreOptions): Promise<ChainStore> {
    const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
    mkdirSync(join(folder, 'dialogues'));
    write('dialogues/house.yaml', 'defaultLocale: en\n');
    write('goods.csv', goods);
    write('plan.yaml', stringify(floor));
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const settings = {
      store: { id: name, title, currency: 'EUR', locale: 'en', timeZone },
      listen: { http: 0, mqtt: 0 },
      floorPlan: 'plan.yaml',
      goods: 'goods.csv',
      dialogues: 'dialogues',
      ...{ chainKey, loyalty },
      carts: [{ id: 'cart-1' }],
      hq: line,
      test: { cheapPins: true },
    };
    write('store.yaml', stringify(settings));
    const loaded = loadConfig({ file: join(folder, 'store.yaml'), environment: {} });
    if (loaded.kind === 'faulty') throw new Error(JSON.stringify(loaded.faults));
    return new ChainStore(await startStore(loaded.config, ports, onlyErrors), ports);
  }

  get url(): string {
    return `http://127.0.0.1:${this.running.httpPort}`;
  }

  /** A purchase at its till, with her card; a cart where she came with one. In minor units. */
  async sell({ card, amount, cart }: { card: string; amount: number; cart?: string }): Promise<void> {
    this.#receipts += 1;
    const now = this.#ports.clock.now();
    const line = { code: suit, quantity: 1_000, unitPrice: amount, amount };
    const answer = await this.#post('/v1/sales', {
      ...{ kind: 'sale', till: 'till-1', receipt: `R-${this.#receipts}`, day: toDay(now), at: toIso(now) },
      ...{ currency: 'EUR', total: amount, number: card, lines: [line], ...(cart === undefined ? {} : { cart }) },
    });
    const { answers } = (await answer.json()) as { answers: { outcome: string }[] };
    if (answers[0]?.outcome !== 'taken') throw new Error(`a till was told ${JSON.stringify(answers)}`);
  }

  /** Up and down; rejects where it did not go through. */
  async sync(): Promise<void> {
    const ending = (await (await this.#post('/api/hq/sync', {})).json()) as { kind: string };
    if (ending.kind !== 'done') throw new Error(`a sync ended so: ${JSON.stringify(ending)}`);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  async #post(path: string, body: object): Promise<Response> {
    // One that is kept may be closed by the store just when it is used again.
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const answer = await fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

const square = (x: number): number[][] => [
  [x, 0],
  [x + 10, 0],
  [x + 10, 10],
  [x, 10],
];
const floor = {
  name: 'Shop',
  width: 20,
  height: 10,
  zones: [
    { id: 'suits', name: 'Suits', kind: 'open', polygon: square(0) },
    { id: 'tills', name: 'Tills', kind: 'till', polygon: square(10) },
  ],
  tills: [{ id: 'till-1', zone: 'tills', at: [15, 5] }],
};

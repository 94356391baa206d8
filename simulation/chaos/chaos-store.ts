/** The store of the chaos run: a small shop whose dialogues wait for a dwell of two seconds and fall silent in two. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import { stringify } from 'yaml';

export interface ChaosStore {
  readonly config: string;
  readonly data: string;
  readonly carts: readonly string[];
  readonly tills: readonly string[];
  /** Ten metres square each, side by side from the west. */
  readonly zones: readonly string[];
  /** Shelf beacons, four in each zone. */
  readonly beacons: readonly { readonly address: string; readonly at: readonly number[] }[];
  readonly goods: readonly string[];
  /** Loyalty numbers, so many for each cart. */
  readonly numbers: (cart: number) => readonly string[];
}

const numbersPerCart = 40;

function ean13(start: string): string {
  return `${start}${checkDigit(start)}`;
}

const dialogue = `dialogue: dwell-at-suits
title: Suits
type: III
objective: { on: sale, within: 1d, value: 40 }
holdout: 0%
limits: { perVisit: 1 }
enter:
  - { dwell: suits, for: 1s }
steps:
  ask:
    say:
      cart: { moment: any, leaving: keep, text: { en: "See the new suits in your size?" } }
      validFor: 2m
      answers:
        showMe: { label: { en: "Show me" }, then: thanks }
        notToday: { label: { en: "Not today" }, then: end }
      silence:
        never-shown: end
        ignored: { after: 1s, then: reminder }
        walked-away: end
        acted-elsewhere: end
  thanks:
    wait: { for: 1s, then: found }
  found:
    say:
      cart: { moment: any, leaving: keep, text: { en: "Did you find them?" } }
      validFor: 2m
      answers:
        yes: { label: { en: "Yes" }, then: end }
        no: { label: { en: "No" }, then: end }
      silence: { never-shown: end, ignored: { after: 1s, then: end }, walked-away: end, acted-elsewhere: end }
  reminder:
    say:
      cart: { moment: any, leaving: keep, text: { en: "They are still there for you." } }
      validFor: 2m
      answers:
        thanks: { label: { en: "Thank you" }, then: end }
        no: { label: { en: "Not today" }, then: end }
      silence: { never-shown: end, ignored: { after: 1s, then: end }, walked-away: end, acted-elsewhere: end }
`;

const house = `attention: { perVisit: 20, refill: 1, gap: 1s, rest: { afterIgnored: 100, for: 1s } }
defaultLocale: en
timeZone: Europe/Berlin
`;

export interface ChaosStoreOptions {
  readonly folder: string;
  readonly carts: number;
  /** Acknowledge before the commit. */
  readonly negativeControl?: boolean;
  readonly slowCommitMs?: number;
  /** How many kinds of goods it sells. */
  readonly goods?: number;
  /** Dialogues beside its own, by name of file. */
  readonly dialogues?: Readonly<Record<string, string>>;
}

const goodsDefault = 30;

export function writeChaosStore(options: ChaosStoreOptions): ChaosStore {
  const { folder, carts, negativeControl = false, slowCommitMs = 0 } = options;
  const zones = ['suits', 'shoes', 'wine', 'bakery'];
  const goods = Array.from({ length: options.goods ?? goodsDefault }, (_, index) =>
    ean13(`95200000${String(index).padStart(4, '0')}`),
  );
  const cartNames = Array.from({ length: carts }, (_, index) => `cart-${String(index + 1).padStart(2, '0')}`);
  const tills = cartNames.map((cart) => cart.replace('cart', 'till'));
  const numbers = (cart: number): string[] =>
    Array.from({ length: numbersPerCart }, (_, index) =>
      ean13(`29${String(cart * numbersPerCart + index).padStart(10, '0')}`),
    );
  const square = (column: number): number[][] => [
    [column * 10, 0],
    [column * 10 + 10, 0],
    [column * 10 + 10, 10],
    [column * 10, 10],
  ];
  const beacons = zones.flatMap((_, column) =>
    [2, 8].flatMap((x, half) =>
      [0, 10].map((y, side) => ({ address: `0000000000${column}${half * 2 + side}`, at: [column * 10 + x, y, 2.5] })),
    ),
  );
  const plan = {
    name: 'chaos',
    width: 50,
    height: 10,
    zones: [
      ...zones.map((id, column) => ({ id, name: id, kind: 'open', polygon: square(column) })),
      { id: 'tills', name: 'tills', kind: 'till', polygon: square(4) },
    ],
    tills: tills.map((id) => ({ id, zone: 'tills', at: [45, 5] })),
    anchors: beacons,
  };
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'dialogues'), { recursive: true });
  write('floor-plan.yaml', stringify(plan));
  write(
    'goods.csv',
    ['code,name,department,price,tags', ...goods.map((code, at) => `${code},Goods ${at},misc,100,`)].join('\n'),
  );
  const people = cartNames.flatMap((_, cart) =>
    numbers(cart).map((number) => `${number},Ada ${number},gold,en,yes,yes`),
  );
  write('customers.csv', ['number,firstName,tier,locale,remember,inStore', ...people].join('\n'));
  write('dialogues/dwell-at-suits.yaml', dialogue);
  write('dialogues/house.yaml', house);
  for (const [name, text] of Object.entries(options.dialogues ?? {})) write(`dialogues/${name}`, text);
  const data = join(folder, 'data');
  const config = join(folder, 'store.yaml');
  write(
    'store.yaml',
    stringify({
      store: { id: 'chaos', title: 'Chaos', timeZone: 'Europe/Berlin', currency: 'EUR', locale: 'en' },
      listen: { host: '127.0.0.1', http: 0, mqtt: 0 },
      data,
      floorPlan: 'floor-plan.yaml',
      goods: 'goods.csv',
      customers: 'customers.csv',
      dialogues: 'dialogues',
      loyalty: { prefixes: ['29'] },
      chainKey: 'chaos-chain-key-for-tests-only',
      carts: cartNames.map((id) => ({ id })),
      test: { ackBeforeCommit: negativeControl, slowCommitMs },
    }),
  );
  return { config, data, carts: cartNames, tills, zones, beacons, goods, numbers };
}

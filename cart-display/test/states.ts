/** Every state that the cart's page can be in, and how a shopper and a store get it there. */

import type { SaleLine } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { scan } from '@kairos/ui/test/scan.ts';
import type { Page } from 'playwright-core';
import { drawPicture } from './drawn-picture.ts';
import type { SmallStore } from './small-store.ts';

export interface State {
  readonly name: string;
  reach(on: { readonly store: SmallStore; readonly page: Page }): Promise<void>;
}

function line(id: string, name: string, unitPrice: number, quantity = 1000): SaleLine {
  const amount = Math.round((unitPrice * quantity) / 1000);
  return { id, code: `40000000000${id}`, name, department: 'home', tags: [], quantity, unitPrice, amount };
}

export const basket: CartView['basket'] = (() => {
  const lines = [
    line('1', 'Linen napkins, set of four', 1890),
    line('2', 'White wall paint, 2.5 l', 2695),
    line('3', 'Beeswax candle', 450, 3000),
    line('4', 'Brass picture hooks', 620),
    line('5', 'Climbing rose “New Dawn”', 1495),
  ];
  return { lines, total: lines.reduce((sum, { amount }) => sum + amount, 0), saved: 480 };
})();

export const message: ScreenMessage = {
  id: 'message-paint-0001',
  headline: 'Rollers that suit your wall paint are two steps away',
  body: 'The ones with a medium pile leave no lint. You bought the same pair in spring.',
  answers: [
    { id: 'show', label: 'Put a pair aside for me' },
    { id: 'later', label: 'Not today' },
  ],
  validForMs: 300_000,
  zone: 'paint',
  why: 'You are standing at the paint, and wall paint is on your list.',
};

export const pictured: ScreenMessage = {
  id: 'message-paint-0002',
  headline: 'Rollers that suit your wall paint',
  body: 'The ones with a medium pile leave no lint.',
  answers: [
    { id: 'show', label: 'Put a pair aside for me' },
    { id: 'later', label: 'Not today' },
  ],
  validForMs: 300_000,
  picture: '/pictures/rollers.png',
};

const box = (left: number, top: number, right: number, bottom: number): Point[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

export const plan: FloorPlan = {
  name: 'Kairos House',
  width: 36,
  height: 24,
  zones: [
    { id: 'linen', name: 'Linen', kind: 'aisle', polygon: box(1, 1, 11, 9) },
    { id: 'kitchen', name: 'Kitchen', kind: 'aisle', polygon: box(12, 1, 23, 9) },
    { id: 'paint', name: 'Paint', kind: 'aisle', polygon: box(24, 1, 35, 9) },
    { id: 'lighting', name: 'Lighting', kind: 'aisle', polygon: box(1, 10, 11, 17) },
    { id: 'tools', name: 'Tools', kind: 'aisle', polygon: box(12, 10, 23, 17) },
    { id: 'garden', name: 'Garden', kind: 'open', polygon: box(24, 10, 35, 23) },
    { id: 'tills', name: 'Tills', kind: 'till', polygon: box(8, 18, 22, 23) },
    { id: 'entrance', name: 'Entrance', kind: 'entrance', polygon: box(1, 18, 7, 23) },
  ],
  walls: [],
  shelves: [
    { id: 's1', zone: 'linen', polygon: box(2.5, 2, 4, 8), departments: [] },
    { id: 's2', zone: 'linen', polygon: box(8, 2, 9.5, 8), departments: [] },
    { id: 's3', zone: 'kitchen', polygon: box(13, 2, 14.5, 8), departments: [] },
    { id: 's4', zone: 'kitchen', polygon: box(20.5, 2, 22, 8), departments: [] },
    { id: 's5', zone: 'paint', polygon: box(25, 2, 26.5, 8), departments: [] },
    { id: 's6', zone: 'paint', polygon: box(32, 2, 33.5, 8), departments: [] },
    { id: 's7', zone: 'lighting', polygon: box(2, 11, 10, 12.2), departments: [] },
    { id: 's8', zone: 'lighting', polygon: box(2, 15, 10, 16.2), departments: [] },
    { id: 's9', zone: 'tools', polygon: box(13, 11, 22, 12.2), departments: [] },
    { id: 's10', zone: 'tools', polygon: box(13, 15, 22, 16.2), departments: [] },
  ],
  tills: [
    { id: 'till-1', zone: 'tills', at: [11, 21] },
    { id: 'till-2', zone: 'tills', at: [15, 21] },
    { id: 'till-3', zone: 'tills', at: [19, 21] },
  ],
  doors: [{ id: 'door', at: [4, 24] }],
  screens: [],
  anchors: [],
};

export const shopping: Partial<CartView> = {
  phase: 'shopping',
  shopper: { strength: 'strong', name: 'Ada' },
  zone: 'linen',
  basket,
};

async function shop({ store, page }: { store: SmallStore; page: Page }, view: Partial<CartView> = {}): Promise<void> {
  await store.until(() => store.screens > 0);
  store.change({ ...shopping, ...view });
  await page.locator('.ledger').waitFor();
}

/** A number that was typed, and has a PIN. */
export const pinView: Partial<CartView> = {
  ...shopping,
  shopper: { strength: 'weak', name: null, pin: true },
};

async function keyNumber({ store, page }: { store: SmallStore; page: Page }, view: Partial<CartView>): Promise<void> {
  await page.getByRole('button', { name: 'Start shopping' }).click();
  for (const digit of '2912345678906') await page.keyboard.press(digit, { delay: 60 });
  await page.getByRole('button', { name: 'Go on' }).click();
  await store.fact('identity.presented');
  store.change(view);
}

export const states: readonly State[] = [
  {
    name: 'idle',
    reach: async ({ page }) => page.getByRole('button', { name: 'Start shopping' }).waitFor(),
  },
  {
    name: 'who-are-you',
    async reach({ page }) {
      await page.getByRole('button', { name: 'Start shopping' }).click();
      for (const digit of '2912345') await page.getByRole('button', { name: digit, exact: true }).click();
    },
  },
  {
    name: 'wrong-digit',
    async reach({ page }) {
      await page.getByRole('button', { name: 'Start shopping' }).click();
      for (const digit of '2912345678904') await page.keyboard.press(digit, { delay: 60 });
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('That number has a wrong digit').waitFor();
    },
  },
  {
    name: 'first-use',
    async reach(on) {
      await shop(on, {
        phase: 'first-use',
        basket: { lines: [], total: 0 },
        shopper: { strength: 'guest', name: null },
      });
      await on.page.getByRole('heading', { name: 'Shall we remember you?' }).waitFor();
    },
  },
  {
    name: 'pin',
    async reach(on) {
      await keyNumber(on, pinView);
      await on.page.getByRole('heading', { name: 'Is it you?' }).waitFor();
      for (const digit of '2468') await on.page.keyboard.press(digit, { delay: 60 });
    },
  },
  {
    name: 'pin-wrong',
    async reach(on) {
      on.store.judgePin = () => ({ kind: 'wrong', triesLeft: 3 });
      await keyNumber(on, pinView);
      await on.page.getByRole('heading', { name: 'Is it you?' }).waitFor();
      for (const digit of '2468') await on.page.keyboard.press(digit, { delay: 60 });
      await on.page.getByRole('button', { name: 'Go on', exact: true }).click();
      await on.page.getByText('That PIN isn’t right').waitFor();
    },
  },
  {
    name: 'empty-list',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on, {
        basket: { lines: [], total: 0 },
        zone: 'entrance',
        notice: 'unknown-number',
        shopper: { strength: 'guest', name: null },
      });
      await on.page.getByText('We don’t know that number').waitFor();
    },
  },
  {
    name: 'shopping',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on);
      await on.page.getByRole('img', { name: 'Map of the store' }).waitFor();
    },
  },
  {
    name: 'line-open',
    async reach(on) {
      await shop(on);
      await on.page.getByRole('button', { name: /Beeswax candle/ }).click();
      await on.page.getByRole('button', { name: /Take it off the list/ }).waitFor();
    },
  },
  {
    name: 'message',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on);
      on.store.say(message);
      await on.page.getByRole('heading', { name: message.headline }).waitFor();
      await on.store.fact('message.shown');
    },
  },
  {
    name: 'message-picture',
    async reach(on) {
      on.store.pictures.set('/pictures/rollers.png', await drawPicture(on.page.context()));
      await shop(on);
      on.store.say(pictured);
      await on.store.fact('message.shown');
      await on.page.waitForFunction(() => document.querySelector<HTMLImageElement>('.message-picture img')?.complete);
    },
  },
  {
    name: 'message-answered',
    async reach(on) {
      await shop(on);
      on.store.say(message);
      await on.page.getByRole('button', { name: 'Not today' }).click();
      await on.page.getByRole('heading', { name: 'Thank you' }).waitFor();
    },
  },
  {
    name: 'way-there',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on);
      on.store.say(message);
      await on.page.getByRole('button', { name: 'Show me where' }).click();
      await on.page.getByText('This way to Paint').waitFor();
    },
  },
  {
    name: 'help-asked',
    async reach(on) {
      await shop(on);
      await on.page.getByRole('button', { name: 'Call an associate' }).click();
      await on.store.fact('help.requested');
      on.store.change({ help: { id: 'help-call-0001', state: 'asked' } });
      await on.page.getByText('We’ve told the associates').waitFor();
    },
  },
  {
    name: 'help-coming',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on, {
        help: { id: 'help-call-0001', state: 'coming' },
        sign: { shape: 'triangle', colour: 'green' },
      });
      await on.page.getByText('Somebody is coming').waitFor();
    },
  },
  {
    name: 'nobody-free',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on, { help: { id: 'help-call-0001', state: 'nobody-free' } });
      await on.page.getByText('Nobody is free just now').waitFor();
    },
  },
  {
    name: 'nobody-free-message',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on, { help: { id: 'help-call-0001', state: 'nobody-free' } });
      on.store.say(message);
      await on.store.fact('message.shown');
    },
  },
  {
    name: 'more',
    async reach(on) {
      await shop(on);
      await on.page.getByRole('button', { name: 'More' }).click();
      await on.page.getByRole('heading', { name: 'As you like it' }).waitFor();
    },
  },
  {
    name: 'large-type',
    async reach(on) {
      await shop(on);
      await on.page.getByRole('button', { name: 'More' }).click();
      await on.page.getByRole('button', { name: 'Larger text' }).click();
      await on.page.getByRole('button', { name: 'More contrast' }).click();
      await on.page.getByRole('button', { name: 'Done' }).click();
      on.store.say(message);
      await on.store.fact('message.shown');
    },
  },
  {
    name: 'out-of-touch',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on);
      await on.store.goAway();
      await on.page.getByText('We’ve lost touch with the store').waitFor();
      await scan(on.page, '4000000000017');
      await on.page.getByText('Scanned since: 1, to be added').waitFor();
    },
  },
  {
    name: 'at-till',
    async reach(on) {
      await shop(on, { phase: 'at-till', zone: 'tills' });
      await on.page.getByRole('heading', { name: 'You’re at the till' }).waitFor();
    },
  },
  {
    name: 'goodbye',
    async reach(on) {
      await shop(on);
      on.store.change({ phase: 'goodbye', shopper: null, basket: { lines: [], total: 0 }, message: null });
      await on.page.getByRole('heading', { name: 'Thank you for coming' }).waitFor();
    },
  },
  {
    name: 'arabic',
    async reach(on) {
      on.store.plan = plan;
      await on.page.reload();
      await shop(on, { locale: 'ar', shopper: { strength: 'strong', name: 'ليلى' } });
      on.store.say({
        ...message,
        headline: 'بكرات تناسب طلاءك على بعد خطوتين',
        body: 'ذات الوبر المتوسط لا تترك أليافًا.',
        answers: [
          { id: 'show', label: 'احجزوا لي زوجًا' },
          { id: 'later', label: 'ليس اليوم' },
        ],
      });
      await on.store.fact('message.shown');
    },
  },
];

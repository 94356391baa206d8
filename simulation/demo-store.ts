/** The demo store that comes with the repository: where its files are, and what its configuration says of itself. */
import { fileURLToPath } from 'node:url';
import type { StoreFiles } from './store-files.ts';
import type { Member, Shop, SimulatedCart } from './world/shop.ts';

export const demoStore: StoreFiles = {
  folder: fileURLToPath(new URL('demo-store', import.meta.url)),
  floorPlan: 'floor-plan.yaml',
  goods: 'goods.csv',
  customers: 'customers.csv',
  currency: 'EUR',
  loyaltyPrefix: '2960',
};

/** Its configuration, as `npm run store` reads it. */
export const demoStoreConfig = fileURLToPath(new URL('demo-store/store.yaml', import.meta.url));

/** Carts are numbered from 1; tags carry the number in their last digits. */
export function demoCarts(count: number): SimulatedCart[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `cart-${String(index + 1).padStart(2, '0')}`,
    tag: `c0ffee0000${String(index + 1).padStart(2, '0')}`,
  }));
}

/** Taken by simulated shoppers: the first twelve … */
export const shopperCarts = 12;
/** … of which this one has a computer of its own where the machine has pseudo-terminals. */
export const wiredCart = 'cart-12';
/** Left for whoever opens its page. */
export const freeCart = demoCarts(shopperCarts + 1).at(-1) as SimulatedCart;

/** Its page is left to whoever opens it; the shoppers' cards and receipts come from the till itself. */
export const openTill = 'till-1';

/** Of the floor plan; nobody simulated looks at it. */
export const zoneScreen = { id: 'screen-produce', above: 'the fruit' };

/** Whose number a person may key on the free cart; no simulated shopper is her. */
export function offeredMember(shop: Shop): Member {
  const [first] = shop.members;
  if (first === undefined) throw new Error('the demo store has no customers; customers.csv is empty');
  return first;
}

/** Of the offered member; its hash stands in customers.csv. */
export const offeredMemberPin = '240168';

/** By badge, as `npm start` sets and prints them: everybody can read these. */
export const staffPins: Readonly<Record<string, string>> = {
  '1001': '200146',
  '1002': '270855',
  '1003': '310472',
  '2001': '190363',
  '3001': '240791',
  '4001': '110538',
};

/** Of whom these work by themselves; the others' handhelds are for whoever wants to hold one. */
export const workingBadges: readonly string[] = ['1001', '1002'];

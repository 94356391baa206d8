/** The demo store that comes with the repository: where its files are, and what its configuration says of itself. */
import { fileURLToPath } from 'node:url';
import type { StoreFiles } from './store-files.ts';
import type { SimulatedCart } from './world/shop.ts';

export const demoStore: StoreFiles = {
  folder: fileURLToPath(new URL('demo-store', import.meta.url)),
  floorPlan: 'floor-plan.yaml',
  goods: 'goods.csv',
  customers: 'customers.csv',
  currency: 'EUR',
  loyaltyPrefix: '2960',
};

/** Carts are numbered from 1; tags carry the number in their last digits. */
export function demoCarts(count: number): SimulatedCart[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `cart-${String(index + 1).padStart(2, '0')}`,
    tag: `c0ffee0000${String(index + 1).padStart(2, '0')}`,
  }));
}

/** What a store tells of its goods is told to its customers in pages: by store, then by customer. */
import type { Migration } from './migration.ts';

export const storeNews: Migration = {
  version: 70,
  sql: 'CREATE INDEX store_customers_by_store ON store_customers (store, chain_id);',
};

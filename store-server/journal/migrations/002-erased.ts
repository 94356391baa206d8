/**
 * Who has been erased, as a keyed hash of her chain-wide id: enough to know her again in a list of customers that was
 * made before, and nothing else.
 */
import type { Migration } from './migration.ts';

export const erased: Migration = {
  version: 2,
  sql: 'CREATE TABLE erased (tombstone TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;',
};

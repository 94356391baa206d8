/** By day: decisions of stores that were made from an old term, or twice, and were folded to one. Nobody's. */
import type { Migration } from './migration.ts';

export const foldedToOne: Migration = {
  version: 71,
  sql: 'CREATE TABLE folded_to_one (day integer PRIMARY KEY, decisions bigint NOT NULL);',
};

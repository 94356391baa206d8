/** `appearances.heard_at`: when a chunk was opened. No fact of it counts as one that is still to come. */
import type { Migration } from './migration.ts';

export const heardAt: Migration = {
  version: 101,
  sql: 'ALTER TABLE appearances ADD COLUMN heard_at bigint',
};

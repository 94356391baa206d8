/**
 * Since when what a store, a source or a person shows opens nothing any more (`revoked_at`; null: it does), and since when
 * a store is none of the chain any more (`removed_at`): what it has told stays, and nobody waits for it.
 */
import type { Migration } from './migration.ts';

export const access: Migration = {
  version: 105,
  sql: `
    ALTER TABLE stores ADD COLUMN revoked_at bigint;
    ALTER TABLE stores ADD COLUMN removed_at bigint;
    ALTER TABLE outside_sources ADD COLUMN revoked_at bigint;
    ALTER TABLE people ADD COLUMN revoked_at bigint;
  `,
};

/** Releases of dialogues as they were signed, and what each store said of the one that it has. */
import type { Migration } from './migration.ts';

export const releases: Migration = {
  version: 2,
  sql: `
    CREATE TABLE releases (
      number integer PRIMARY KEY,
      made_at bigint NOT NULL,
      manifest text NOT NULL,
      signature text NOT NULL
    );

    ALTER TABLE stores ADD COLUMN release integer NOT NULL DEFAULT 0;
    ALTER TABLE stores ADD COLUMN release_fault text;
  `,
};

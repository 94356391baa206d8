/**
 * Of a release what a store of an earlier build can run, signed by itself: all but the dialogues that need more of the
 * language than it knows, which `waiting` names. `asked_language`: what a store said last that it knows.
 */
import type { Migration } from './migration.ts';

export const releaseVariants: Migration = {
  version: 86,
  sql: `
    CREATE TABLE release_variants (
      number bigint NOT NULL,
      language integer NOT NULL,
      manifest text NOT NULL,
      signature text NOT NULL,
      waiting jsonb NOT NULL,
      PRIMARY KEY (number, language)
    );
    ALTER TABLE stores ADD COLUMN asked_language integer;
  `,
};

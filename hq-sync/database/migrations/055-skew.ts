/**
 * What a newer store has said and this build does not understand yet. `notes.more` holds columns of its facts, by name,
 * as texts; a fact without words of anybody's has an empty note for it. `not_understood` says in whose facts there was
 * something (a type, or fields at a type's end: "sale+3"), so that they are folded anew by the build that knows it.
 */
import type { Migration } from './migration.ts';

export const skew: Migration = {
  version: 55,
  sql: `
    ALTER TABLE notes ADD COLUMN more jsonb;

    CREATE TABLE not_understood (
      chain_id text NOT NULL,
      what text NOT NULL,
      PRIMARY KEY (chain_id, what)
    );
    CREATE INDEX not_understood_by_what ON not_understood (what);
  `,
};

/**
 * Who asked to be forgotten, and which stores have done it; what she stood for in figures that were published; how
 * customers want to be spoken to; sources outside and what became of what they said; who looked somebody up.
 *
 * A `tombstone` (`protocol/chain-id.ts`) knows somebody again who was erased, and leads nowhere. `erased_subjects` are
 * numbers in stores' journals that were hers: nobody's since, and counted in `erased_figures` instead.
 */
import type { Migration } from './migration.ts';

export const erasures: Migration = {
  version: 30,
  sql: `
    CREATE TABLE erasures (
      tombstone text PRIMARY KEY,
      asked_at bigint NOT NULL,
      origin text NOT NULL
    );

    CREATE TABLE erasure_receipts (
      tombstone text NOT NULL,
      store text NOT NULL,
      epoch text NOT NULL,
      erased_at bigint NOT NULL,
      taken_at bigint NOT NULL,
      PRIMARY KEY (tombstone, store, epoch)
    );

    CREATE TABLE erased_subjects (
      store integer NOT NULL,
      epoch integer NOT NULL,
      subject bigint NOT NULL,
      PRIMARY KEY (store, epoch, subject)
    );

    CREATE TABLE erased_figures (
      dialogue text NOT NULL,
      held boolean NOT NULL,
      figure text NOT NULL,
      count bigint NOT NULL,
      PRIMARY KEY (dialogue, held, figure)
    );

    CREATE TABLE preferences (
      chain_id text PRIMARY KEY,
      frequency text NOT NULL,
      paused_until bigint,
      changed_at bigint NOT NULL
    );

    CREATE TABLE outside_sources (
      source text PRIMARY KEY,
      secret_hash text NOT NULL,
      types jsonb NOT NULL,
      made_at bigint NOT NULL
    );

    CREATE TABLE outside_seen (
      source text NOT NULL,
      id text NOT NULL,
      outcome text NOT NULL,
      at bigint NOT NULL,
      PRIMARY KEY (source, id)
    );

    CREATE TABLE look_ups (
      operator text NOT NULL,
      at bigint NOT NULL,
      id text NOT NULL,
      person text NOT NULL,
      found boolean NOT NULL,
      PRIMARY KEY (operator, at, id)
    );
  `,
};

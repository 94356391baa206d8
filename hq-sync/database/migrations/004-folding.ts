/**
 * What folding goes by. A chunk leaves one row in `arrivals`; opened, it becomes a row in `appearances` for each person
 * in it, with the numbers of her facts: so facts are copied in under their key alone, and hers are found all the same.
 * `ahead_ms` is by how much the store's clock was ahead when the chunk came: part of what came, not of what is known
 * later. `told_at` is when a store last said how far it is, `synced_at` up to when everything that it had is here.
 *
 * `identities` are ids that turned out to be of one person: their facts are folded as `into_id`'s. `spreads` are facts
 * about nobody, and releases, on their way to everybody, page by page. Numbers of own facts are given in order, for one
 * person, because whoever records one holds her row in `to_fold`.
 */
import type { Migration } from './migration.ts';

export const folding: Migration = {
  version: 4,
  sql: `
    CREATE TABLE arrivals (
      store integer NOT NULL,
      epoch integer NOT NULL,
      after_seq bigint NOT NULL,
      to_seq bigint NOT NULL,
      ahead_ms bigint NOT NULL,
      PRIMARY KEY (store, epoch, after_seq)
    );
    INSERT INTO arrivals SELECT store, epoch, 0, up_to, clock_ahead_ms FROM lines WHERE up_to > 0;

    CREATE TABLE appearances (
      store integer NOT NULL,
      epoch integer NOT NULL,
      subject bigint NOT NULL,
      after_seq bigint NOT NULL,
      to_seq bigint NOT NULL,
      ahead_ms bigint NOT NULL,
      seqs bigint[] NOT NULL,
      PRIMARY KEY (store, epoch, subject, after_seq)
    );

    ALTER TABLE lines ADD COLUMN told_at bigint NOT NULL DEFAULT 0;
    ALTER TABLE lines ADD COLUMN synced_at bigint NOT NULL DEFAULT 0;

    ALTER TABLE own_facts ADD COLUMN number bigserial;
    CREATE INDEX own_facts_by_number ON own_facts (chain_id, number);

    CREATE TABLE identities (
      chain_id text PRIMARY KEY,
      into_id text NOT NULL,
      at bigint NOT NULL
    );
    CREATE INDEX identities_by_into ON identities (into_id);

    CREATE TABLE spreads (
      spread text PRIMARY KEY,
      after_id text NOT NULL,
      is_done boolean NOT NULL DEFAULT false
    );
  `,
};

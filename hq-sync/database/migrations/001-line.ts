/**
 * What stores have said, as they said it: facts with each store's own dictionary, what people wrote apart from them,
 * how far each store has come. The first column of every key is the one that a cluster would distribute by; `stores`
 * is small and stands on every node.
 *
 * Facts have no index beside their key but a BRIN on their time: they are copied in at nine tenths of what the table
 * takes at all.
 */
import type { Migration } from './migration.ts';

export const line: Migration = {
  version: 1,
  sql: `
    CREATE TABLE stores (
      store text PRIMARY KEY,
      number integer NOT NULL UNIQUE,
      secret_hash text NOT NULL,
      made_at bigint NOT NULL
    );

    CREATE TABLE lines (
      store integer NOT NULL,
      epoch integer NOT NULL,
      name text NOT NULL,
      up_to bigint NOT NULL DEFAULT 0,
      words_to integer NOT NULL DEFAULT 0,
      sources_to integer NOT NULL DEFAULT 0,
      last_seq bigint NOT NULL DEFAULT 0,
      clock_ahead_ms bigint NOT NULL DEFAULT 0,
      heard_at bigint NOT NULL DEFAULT 0,
      facts bigint NOT NULL DEFAULT 0,
      bytes bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (store, epoch),
      UNIQUE (store, name)
    );

    CREATE TABLE facts (
      store integer NOT NULL,
      epoch integer NOT NULL,
      seq bigint NOT NULL,
      type integer NOT NULL,
      at bigint NOT NULL,
      subject bigint,
      source integer,
      source_seq bigint,
      cause bigint,
      late smallint NOT NULL,
      place integer,
      thing integer,
      ref text,
      amount double precision,
      rest text,
      PRIMARY KEY (store, epoch, seq)
    );
    CREATE INDEX facts_by_time ON facts USING brin (at);

    CREATE TABLE notes (
      store integer NOT NULL,
      epoch integer NOT NULL,
      seq bigint NOT NULL,
      subject bigint,
      note text NOT NULL,
      PRIMARY KEY (store, epoch, seq)
    );
    CREATE INDEX notes_by_subject ON notes (store, epoch, subject);

    CREATE TABLE words (
      store integer NOT NULL,
      epoch integer NOT NULL,
      id integer NOT NULL,
      text text NOT NULL,
      PRIMARY KEY (store, epoch, id)
    );

    CREATE TABLE sources (
      store integer NOT NULL,
      epoch integer NOT NULL,
      id integer NOT NULL,
      device text NOT NULL,
      device_epoch text NOT NULL,
      PRIMARY KEY (store, epoch, id)
    );

    CREATE TABLE subjects (
      store integer NOT NULL,
      epoch integer NOT NULL,
      subject bigint NOT NULL,
      chain_id text NOT NULL,
      PRIMARY KEY (store, epoch, subject)
    );
    CREATE INDEX subjects_by_chain_id ON subjects (chain_id);

    CREATE TABLE quarantine (
      store integer NOT NULL,
      epoch integer NOT NULL,
      seq bigint NOT NULL,
      reason text NOT NULL,
      sample text NOT NULL,
      at bigint NOT NULL,
      PRIMARY KEY (store, epoch, seq)
    );
  `,
};

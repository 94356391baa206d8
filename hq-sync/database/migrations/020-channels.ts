/**
 * What carrying out a command needs beside its row: how often it was tried and whether a try is under way (`carriage`),
 * by which name the world outside knows it (`tags`: part of its Message-ID and of the address that bounces come back
 * to), how far a mailbox was read, what people wrote back, and who of headquarters signs in.
 *
 * `carriage` and `replies` are about a person and begin with her `chain_id`; `tags` is looked up by what a bounce names
 * and is distributed by that. `people`, `sessions` and `tries` are few.
 */
import type { Migration } from './migration.ts';

export const channels: Migration = {
  version: 20,
  sql: `
    CREATE TABLE carriage (
      chain_id text NOT NULL,
      command text NOT NULL,
      tag text NOT NULL,
      not_before bigint NOT NULL DEFAULT 0,
      tries integer NOT NULL DEFAULT 0,
      repeats integer NOT NULL DEFAULT 0,
      sending_since bigint,
      arrives_at bigint,
      PRIMARY KEY (chain_id, command)
    );
    CREATE INDEX carriage_in_transit ON carriage (arrives_at) WHERE arrives_at IS NOT NULL;

    CREATE TABLE tags (
      tag text PRIMARY KEY,
      chain_id text NOT NULL,
      command text NOT NULL
    );
    CREATE INDEX tags_by_person ON tags (chain_id);

    CREATE TABLE mailboxes (
      mailbox text PRIMARY KEY,
      uid_validity bigint NOT NULL,
      last_uid bigint NOT NULL
    );

    CREATE TABLE replies (
      chain_id text NOT NULL,
      id text NOT NULL,
      command text NOT NULL,
      at bigint NOT NULL,
      sender text NOT NULL,
      subject text NOT NULL,
      words text NOT NULL,
      seen_by text,
      PRIMARY KEY (chain_id, id)
    );

    CREATE TABLE people (
      person text PRIMARY KEY,
      name text NOT NULL,
      role text NOT NULL,
      team text NOT NULL,
      locale text NOT NULL,
      password text NOT NULL,
      made_at bigint NOT NULL
    );

    CREATE TABLE sessions (
      token text PRIMARY KEY,
      person text NOT NULL,
      opened bigint NOT NULL,
      used bigint NOT NULL
    );

    CREATE TABLE tries (
      person text NOT NULL,
      id text NOT NULL,
      at bigint NOT NULL,
      PRIMARY KEY (person, id)
    );

    CREATE TABLE call_days (
      team text NOT NULL,
      day text NOT NULL,
      taken integer NOT NULL,
      PRIMARY KEY (team, day)
    );
  `,
};

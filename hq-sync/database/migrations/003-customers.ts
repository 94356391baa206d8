/**
 * Customers as headquarters know them, whom every store's facts and headquarters' own are about: `chain_id`, the first
 * column of every key, is what a cluster would distribute by.
 *
 * `customers.address` (email, phone, post) is for the off-site channels and never goes to a store. `consents` is a
 * history: who granted or withdrew what, when, and from where (store, page, import, outside, unsubscribe). `own_facts`
 * came to headquarters itself; those of '' are nobody's. `to_fold` is who has to be folded anew, `customer_states` what
 * the engine keeps of her, `commands` what is to be done off site (email, call, mail, web), each by an id derived from
 * its cause and in one of the states open, claimed, done, failed, uncertain, withdrawn.
 */
import type { Migration } from './migration.ts';

export const customers: Migration = {
  version: 3,
  sql: `
    CREATE TABLE customers (
      chain_id text PRIMARY KEY,
      attributes jsonb NOT NULL DEFAULT '{}',
      locale text NOT NULL DEFAULT '',
      time_zone text NOT NULL DEFAULT '',
      address jsonb NOT NULL DEFAULT '{}',
      made_at bigint NOT NULL,
      changed_at bigint NOT NULL
    );

    CREATE TABLE consents (
      chain_id text NOT NULL,
      purpose text NOT NULL,
      at bigint NOT NULL,
      granted boolean NOT NULL,
      origin text NOT NULL,
      PRIMARY KEY (chain_id, purpose, at)
    );

    CREATE TABLE own_facts (
      chain_id text NOT NULL,
      id text NOT NULL,
      type text NOT NULL,
      at bigint NOT NULL,
      body jsonb NOT NULL,
      taken_at bigint NOT NULL,
      PRIMARY KEY (chain_id, id)
    );

    CREATE TABLE to_fold (
      chain_id text PRIMARY KEY,
      since bigint NOT NULL
    );

    CREATE TABLE customer_states (
      chain_id text PRIMARY KEY,
      state jsonb NOT NULL,
      folded_at bigint NOT NULL,
      due bigint
    );
    CREATE INDEX customer_states_by_due ON customer_states (due) WHERE due IS NOT NULL;

    CREATE TABLE commands (
      chain_id text NOT NULL,
      command text NOT NULL,
      kind text NOT NULL,
      message text NOT NULL,
      dialogue text NOT NULL,
      step text NOT NULL,
      made_at bigint NOT NULL,
      until bigint NOT NULL,
      state text NOT NULL,
      claimed_by text,
      claimed_until bigint,
      words jsonb NOT NULL,
      outcome jsonb,
      PRIMARY KEY (chain_id, command)
    );
    CREATE INDEX commands_under_way ON commands (kind, until) WHERE state IN ('open', 'claimed');
  `,
};

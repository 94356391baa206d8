/**
 * The way down. `changed_customers` is where whoever changes a customer says so, in the transaction of the change and
 * without waiting for anybody: rows are only ever added, and deleted by whoever has carried them on. `feed` holds for
 * each store one row a customer of hers, at the position of her last change; positions of a store rise in the order of
 * commits, because they are given under the lock of the store's row in `feeds`.
 *
 * `store_customers` says whose customers are which store's, `waiting_runs` what waits for a visit of hers, `other_ids`
 * under which ids she goes as well.
 */
import type { Migration } from './migration.ts';

export const down: Migration = {
  version: 10,
  sql: `
    CREATE TABLE store_customers (
      chain_id text NOT NULL,
      store integer NOT NULL,
      PRIMARY KEY (chain_id, store)
    );
    INSERT INTO store_customers (chain_id, store) SELECT DISTINCT chain_id, store FROM subjects;

    CREATE TABLE changed_customers (
      chain_id text NOT NULL,
      change bigint GENERATED ALWAYS AS IDENTITY,
      PRIMARY KEY (chain_id, change)
    );
    INSERT INTO changed_customers (chain_id) SELECT DISTINCT chain_id FROM store_customers;

    CREATE TABLE feeds (
      store integer PRIMARY KEY,
      name text NOT NULL,
      position bigint NOT NULL DEFAULT 0,
      said_at bigint NOT NULL DEFAULT 0,
      said_position bigint NOT NULL DEFAULT 0
    );

    CREATE TABLE feed (
      store integer NOT NULL,
      chain_id text NOT NULL,
      position bigint NOT NULL,
      PRIMARY KEY (store, chain_id)
    );
    CREATE UNIQUE INDEX feed_by_position ON feed (store, position);

    CREATE TABLE waiting_runs (
      chain_id text NOT NULL,
      run text NOT NULL,
      dialogue text NOT NULL,
      step text NOT NULL,
      term bigint NOT NULL,
      state text NOT NULL,
      PRIMARY KEY (chain_id, run)
    );

    CREATE TABLE other_ids (
      chain_id text NOT NULL,
      other text NOT NULL,
      PRIMARY KEY (chain_id, other)
    );

    CREATE FUNCTION note_changed_customer() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO changed_customers (chain_id) VALUES (CASE WHEN TG_OP = ''DELETE'' THEN OLD.chain_id ELSE NEW.chain_id END); RETURN NULL; END';
    CREATE TRIGGER customers_changed AFTER INSERT OR UPDATE OR DELETE ON customers
      FOR EACH ROW EXECUTE FUNCTION note_changed_customer();
    CREATE TRIGGER consents_changed AFTER INSERT OR UPDATE OR DELETE ON consents
      FOR EACH ROW EXECUTE FUNCTION note_changed_customer();
    CREATE TRIGGER waiting_runs_changed AFTER INSERT OR UPDATE OR DELETE ON waiting_runs
      FOR EACH ROW EXECUTE FUNCTION note_changed_customer();
    CREATE TRIGGER other_ids_changed AFTER INSERT OR UPDATE OR DELETE ON other_ids
      FOR EACH ROW EXECUTE FUNCTION note_changed_customer();
  `,
};

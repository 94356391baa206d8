/**
 * Who has a customer's caps of one: a row says that a store has, or had; without one headquarters do. `store` 0 is
 * headquarters. `said`: when another than the holder spoke to her last, or may have; `next_store`: where she has been
 * since it was recalled, 0 where nowhere; `visited_at`: visits up to then have been looked at.
 */
import type { Migration } from './migration.ts';

export const capHolders: Migration = {
  version: 85,
  sql: `
    CREATE TABLE cap_holders (
      chain_id text PRIMARY KEY,
      store integer NOT NULL,
      term bigint NOT NULL,
      said bigint NOT NULL,
      lent_at bigint NOT NULL,
      is_recalled boolean NOT NULL,
      next_store integer NOT NULL,
      visited_at bigint NOT NULL
    );
    CREATE TRIGGER cap_holders_erased BEFORE INSERT ON cap_holders FOR EACH ROW EXECUTE FUNCTION keep_erased_out();
    CREATE TRIGGER cap_holders_changed AFTER INSERT OR UPDATE OR DELETE ON cap_holders
      FOR EACH ROW EXECUTE FUNCTION note_changed_customer();
    ALTER TABLE feeds ADD COLUMN takes_caps boolean NOT NULL DEFAULT false;
    ALTER TABLE feeds ADD COLUMN contact_at bigint NOT NULL DEFAULT 0;
    ALTER TABLE releases ADD COLUMN has_cap_of_one boolean NOT NULL DEFAULT false;
  `,
};

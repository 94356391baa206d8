/**
 * A chunk's people are asked for in `erased_ids` together, by the statement that takes them in (`intake/take-names.ts`),
 * which says so for the rest of its transaction: the two tables that they go into need not ask once more for each of
 * them, at half of what taking in somebody new costs. Whoever does not say so is asked row by row as before.
 */
import type { Migration } from './migration.ts';

const tables = ['subjects', 'store_customers'];

export const askedBefore: Migration = {
  version: 75,
  sql: tables
    .map(
      (table) => `
    DROP TRIGGER ${table}_erased ON ${table};
    CREATE TRIGGER ${table}_erased BEFORE INSERT ON ${table} FOR EACH ROW
      WHEN (current_setting('kairos.erased_are_left_out', true) IS DISTINCT FROM 'yes')
      EXECUTE FUNCTION keep_erased_out();`,
    )
    .join('\n'),
};

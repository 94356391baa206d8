/** Lists through which people pass refuse whoever was erased as well: who is to be folded, who has changed, who is told of. */
import type { Migration } from './migration.ts';

export const lists: Migration = {
  version: 61,
  sql: ['to_fold', 'changed_customers', 'feed']
    .map(
      (table) =>
        `CREATE TRIGGER ${table}_erased BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION keep_erased_out();`,
    )
    .join('\n'),
};

/**
 * `feeds.begun`: the cursor behind the first page of everything anew, until the store asks with it. Before that nobody
 * knows whether the page has come, and a store that was away for too long is still one.
 */
import type { Migration } from './migration.ts';

export const begun: Migration = {
  version: 56,
  sql: 'ALTER TABLE feeds ADD COLUMN begun text',
};

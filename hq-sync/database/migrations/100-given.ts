/**
 * `feeds.given`: the furthest position of a cursor that a store was given. One that is further was given by a database of
 * which this is an older copy.
 */
import type { Migration } from './migration.ts';

export const given: Migration = {
  version: 100,
  sql: 'ALTER TABLE feeds ADD COLUMN given bigint',
};

/** Every migration, in order. A released one is never changed; another is added. */
import { first } from './001-first.ts';
import { erased } from './002-erased.ts';
import { goneUp } from './003-gone-up.ts';
import { fromHq } from './004-from-hq.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [first, erased, goneUp, fromHq];

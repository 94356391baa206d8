/** The small words that every message is made of: names of things, ids, money and quantities, each with its bounds. */
import { z } from 'zod';

/** Devices, carts, tills, screens, zones, shelves: lower case, digits and hyphens, 1 to 40 characters. */
export const placeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40');
/** Dialogues, steps and answers, as an author writes them. */
export const authorName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,59}$/);
/** Ids that Kairos derives (messages, runs, visits): 8 to 40 characters of [a-z0-9-]. */
export const derivedId = z.string().regex(/^[a-z0-9][a-z0-9-]{7,39}$/);
/** A start of an agent, a load of a page, a life of a store's database. */
export const epochId = z.string().regex(/^[a-z0-9][a-z0-9-]{3,39}$/);
/** A place in an epoch, from 1. */
export const sequence = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
/** Milliseconds since 1970, UTC. */
export const instantMs = z.int().min(0).max(8_640_000_000_000_000);
/** Whole minor units of the store's currency (cents). */
export const money = z.int().min(-1_000_000_000).max(1_000_000_000);
/** Thousandths: 1 piece = 1000, 0.42 kg = 420. */
export const quantity = z.int().min(-1_000_000_000).max(1_000_000_000);
/** A radio address as the store writes it: 12 lower-case hex digits. Others come in many shapes; adapters normalise. */
export const radioAddress = z.string().regex(/^[0-9a-f]{12}$/, '12 lower-case hex digits');
/** Thousandths of certainty: 0 to 1000. */
export const confidence = z.int().min(0).max(1000);
/** A number on goods (GTIN, PLU), as read: printable, no blanks. */
export const goodsCode = z.string().regex(/^[\x21-\x7e]{1,64}$/);
/** A number that a customer keys or scans, before it is judged by `loyalty-number.ts`. */
export const presentedNumber = z.string().min(1).max(80);
/** BCP 47, as far as we need it: "en", "de-CH". */
export const locale = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/);

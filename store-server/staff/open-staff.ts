/** The people of the store, put together: their database, their door, the desk where they sign in, and their routes. */
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance } from 'fastify';
import type { StoreConfig } from '../config.ts';
import type { StoreClock } from '../intake/store-clock.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import { AuditLog } from './audit-log.ts';
import { PinBook } from './pin-book.ts';
import { PinCodes } from './pin-codes.ts';
import { PinHasher, scryptCost } from './pin-hash.ts';
import { Sessions } from './sessions.ts';
import { SignInDesk } from './sign-in-desk.ts';
import { openStaffDatabase, type StaffDatabase } from './staff-database.ts';
import { SessionDoor, type StaffDoor } from './staff-door.ts';
import { serveStaff } from './staff-routes.ts';

/** Tries of one address, right ones and wrong ones, for whatever badge: whoever tries one PIN on every badge is slow. */
const triesPerSecond = 0.1;
const triesAtOnce = 60;
const cheapCost = { n: 2, r: 1, p: 1 };
const pruneEveryMs = 24 * 60 * 60_000;

export interface Staff {
  readonly door: StaffDoor;
  /** For other PINs than those of badges: keys are the caller's. */
  readonly pins: { readonly book: PinBook; readonly hasher: PinHasher };
  readonly db: StaffDatabase;
  readonly audit: AuditLog;
  routes(app: FastifyInstance): void;
  /** The list of staff, read anew. */
  replace(staff: StoreConfig['staff']): void;
  close(): void;
}

/** Throws `StaffFileError`. */
export function openStaff({
  config,
  clock,
  ports,
}: {
  readonly config: Pick<StoreConfig, 'data' | 'staff' | 'test'>;
  readonly clock: StoreClock;
  readonly ports: Ports;
}): Staff {
  const db = openStaffDatabase(join(config.data, 'staff.db'));
  const now = (): number => clock.now();
  const { staff } = config;
  const hasher = new PinHasher(config.test.cheapPins ? cheapCost : scryptCost);
  const book = new PinBook({ db, hasher, now });
  const codes = new PinCodes({ db, now });
  const audit = new AuditLog({ db, now });
  const sessions = new Sessions({ db, now, staff });
  const door = new SessionDoor({ sessions, audit, timers: ports.timers });
  const desk = new SignInDesk({ db, hasher, book, codes, sessions, audit, now, timers: ports.timers }, staff);
  const tries = new TokenBuckets({ clock, perSecond: triesPerSecond, atOnce: triesAtOnce });
  let stopPruning = (): void => undefined;
  const prune = (): void => {
    audit.prune();
    stopPruning = ports.timers.after(pruneEveryMs, prune);
  };
  prune();
  return {
    door,
    pins: { book, hasher },
    db,
    audit,
    routes: (app) => serveStaff(app, { door, desk, sessions, audit, tries }),
    replace: (members) => desk.replace(members),
    close: () => {
      stopPruning();
      door.close();
      db.close();
    },
  };
}
